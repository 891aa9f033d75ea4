package dev.cloakroom.cli;

/// Something the user can put right; its message says what happened and what to do.
final class UserError extends Exception {
  private static final long serialVersionUID = 1;

  UserError(String message) {
    super(message);
  }
}
