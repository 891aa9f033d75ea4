package dev.cloakroom.token;

/// Why somebody wants a new access token.
enum Wish {
  /// It is due.
  WHEN_DUE,

  /// It was refused, or the user asked: although it may look fresh.
  NOW
}
