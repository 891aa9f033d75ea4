package dev.cloakroom.login.app;

import java.util.List;
import java.util.Optional;

/// The apps of a front end.
///
/// @param issuer what the gateway calls itself in its answers to them: its origin
public record NativeApps(List<NativeApp> all, String issuer) {
  public NativeApps {
    all = List.copyOf(all);
  }

  public Optional<NativeApp> find(String name) {
    return all.stream().filter(app -> app.name().equals(name)).findFirst();
  }
}
