package dev.cloakroom.world;

import io.vertx.core.MultiMap;
import java.util.Optional;

/// One request that reached the scripted provider.
///
/// @param endpoint `discovery`, `jwks`, `authorize`, `decide`, `token`, `userinfo`, `revoke`,
///   `end_session`
/// @param parameters of the query, or of the form
/// @param thumbprint of the certificate that was shown; empty: none
/// @param alias whether it came where certificates are asked for
public record ProviderCall(
    String endpoint,
    String method,
    MultiMap headers,
    MultiMap parameters,
    Optional<String> thumbprint,
    boolean alias) {}
