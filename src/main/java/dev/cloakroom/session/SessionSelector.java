package dev.cloakroom.session;

/// Names sessions without opening them. The issuer is part of every name, so that two providers
/// with equal subjects never meet.
public sealed interface SessionSelector {
  record BySid(String issuer, String sid) implements SessionSelector {}

  record BySubject(String issuer, String subject) implements SessionSelector {}

  record ByHandle(String handle) implements SessionSelector {}
}
