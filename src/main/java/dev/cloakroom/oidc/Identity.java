package dev.cloakroom.oidc;

import java.util.Optional;

/// Who logged in, and in which session of the provider: what never changes within one session.
///
/// @spec https://openid.net/specs/openid-connect-core-1_0.html#IDToken OpenID Connect Core 1.0, 2
public record Identity(String issuer, String subject, Optional<String> sid) {}
