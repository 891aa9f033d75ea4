package dev.cloakroom.world;

import io.vertx.core.MultiMap;

/// One request that reached the scripted provider.
///
/// @param endpoint `discovery`, `jwks`, `authorize`, `decide`, `token`, `userinfo`, `revoke`,
///   `end_session`
/// @param parameters of the query, or of the form
public record ProviderCall(String endpoint, String method, MultiMap headers, MultiMap parameters) {}
