package dev.cloakroom.upstream;

/// How a target let a call down.
public enum Failure {
  /// No connection could be made, so that the call never went out.
  UNREACHABLE,
  /// There was a connection, and no answer on it.
  FAILING
}
