package dev.cloakroom.login;

import io.vertx.core.Future;

/// A login, from the navigation to `/auth/login` to the new session.
public interface LoginFlow {
  Future<BeginOutcome> begin(LoginRequest request);

  Future<LoginOutcome> finish(CallbackRequest request);
}
