package dev.cloakroom.login;

import java.util.Optional;

/// Decides which addresses a browser may be sent back to: same-origin paths of at most 2048
/// characters, fragment included, that name no session route.
@FunctionalInterface
public interface ReturnTo {
  /// The re-serialised path, query and fragment, or empty.
  Optional<String> check(String candidate);
}
