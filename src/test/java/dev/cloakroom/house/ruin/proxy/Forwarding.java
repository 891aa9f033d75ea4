package dev.cloakroom.house.ruin.proxy;

import dev.cloakroom.house.ruin.session.Everything;

/// Is handed a session.
public record Forwarding(Everything session) {}
