package dev.cloakroom.manage;

import dev.cloakroom.crypto.Secret;
import java.util.List;
import java.util.Optional;

/// The management listener (`server.management.*`). Off loopback it needs the token.
public record ManagementSettings(
    String host, int port, List<String> hosts, Optional<Secret> token) {
  public ManagementSettings {
    hosts = List.copyOf(hosts);
  }
}
