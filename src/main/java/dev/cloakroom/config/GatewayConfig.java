package dev.cloakroom.config;

import dev.cloakroom.crypto.Secret;
import dev.cloakroom.edge.ServerSettings;
import dev.cloakroom.jose.SigningKeys;
import dev.cloakroom.manage.ManagementSettings;
import dev.cloakroom.oidc.ProviderSettings;
import dev.cloakroom.proxy.Route;
import dev.cloakroom.session.SessionSettings;
import dev.cloakroom.session.redis.RedisSettings;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The whole configuration, valid and complete: what `check` accepts and `run` starts with.
///
/// @param redis where sessions are kept; in memory where there is none
/// @param persist where the memory store leaves its sessions for the process after it
/// @param encryptionKeys the key ring; empty: a key of this process alone (memory store only)
/// @param signingKeys what the gateway signs with; the public parts are published
/// @param frontEnds at least one, in the order of the file
public record GatewayConfig(
    ManagementSettings management,
    SessionSettings session,
    Optional<RedisSettings> redis,
    Optional<Path> persist,
    List<Secret> encryptionKeys,
    SigningKeys signingKeys,
    List<FrontEndSettings> frontEnds) {
  public GatewayConfig {
    encryptionKeys = List.copyOf(encryptionKeys);
    frontEnds = List.copyOf(frontEnds);
    if (frontEnds.isEmpty()) {
      throw new IllegalArgumentException("a gateway needs a front end");
    }
  }

  /// The listener, which all front ends share: its addresses are those of the first.
  public ServerSettings server() {
    return frontEnds.getFirst().server();
  }

  /// The providers of all front ends by name, each as the first one that has it knows it.
  public Map<String, ProviderSettings> providers() {
    var all = new LinkedHashMap<String, ProviderSettings>();
    frontEnds.forEach(each -> each.providers().forEach(all::putIfAbsent));
    return all;
  }

  /// The routes of all front ends.
  public List<Route> routes() {
    return frontEnds.stream().flatMap(each -> each.routes().stream()).toList();
  }
}
