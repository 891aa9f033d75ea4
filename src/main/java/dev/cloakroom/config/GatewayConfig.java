package dev.cloakroom.config;

import dev.cloakroom.crypto.Secret;
import dev.cloakroom.edge.CookieSettings;
import dev.cloakroom.edge.ServerSettings;
import dev.cloakroom.edge.SpaSettings;
import dev.cloakroom.jose.SigningKeys;
import dev.cloakroom.manage.ManagementSettings;
import dev.cloakroom.oidc.ProviderSettings;
import dev.cloakroom.proxy.Route;
import dev.cloakroom.session.SessionSettings;
import dev.cloakroom.session.redis.RedisSettings;
import dev.cloakroom.token.RouteTokens;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The whole configuration, valid and complete: what `check` accepts and `run` starts with.
///
/// @param providers by name, in the order of the file; the first is the default
/// @param redis where sessions are kept; in memory where there is none
/// @param persist where the memory store leaves its sessions for the process after it
/// @param encryptionKeys the key ring; empty: a key of this process alone (memory store only)
/// @param signingKeys what the gateway signs with; the public parts are published
public record GatewayConfig(
    ServerSettings server,
    ManagementSettings management,
    SessionSettings session,
    Optional<RedisSettings> redis,
    Optional<Path> persist,
    CookieSettings cookie,
    List<Secret> encryptionKeys,
    SigningKeys signingKeys,
    Map<String, ProviderSettings> providers,
    List<Route> routes,
    RouteTokens routeTokens,
    SpaSettings spa) {
  public GatewayConfig {
    encryptionKeys = List.copyOf(encryptionKeys);
    providers = Collections.unmodifiableMap(new LinkedHashMap<>(providers));
    routes = List.copyOf(routes);
  }
}
