package dev.cloakroom.session;

/// The hash of a session id, base64url: what stores, indexes and login attempts hold. It opens
/// nothing.
public record SessionKey(String value) implements SessionIndex.Entry {}
