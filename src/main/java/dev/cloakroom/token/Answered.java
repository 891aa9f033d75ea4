package dev.cloakroom.token;

import dev.cloakroom.oidc.ObtainOutcome;
import dev.cloakroom.oidc.RefreshOutcome;
import dev.cloakroom.oidc.TokenTarget;
import dev.cloakroom.session.Session;
import java.time.Duration;

/// What the provider's answer means for a session, whichever token it was asked for.
sealed interface Answered {
  /// The session as it is to be stored.
  record Renewed(Session next) implements Answered {}

  record Revoked(String problem) implements Answered {}

  record Rejected(String problem) implements Answered {}

  record Unavailable(Duration retryAfter) implements Answered {}

  static Answered of(Session stored, RefreshOutcome outcome) {
    return switch (outcome) {
      case RefreshOutcome.Renewed(var tokens) -> new Renewed(stored.with(tokens));
      case RefreshOutcome.Revoked(var reason) -> new Revoked(reason);
      case RefreshOutcome.Rejected(var reason) -> new Rejected(reason);
      case RefreshOutcome.Unavailable(var after) -> new Unavailable(after);
    };
  }

  static Answered of(Session stored, TokenTarget target, ObtainOutcome outcome) {
    return switch (outcome) {
      case ObtainOutcome.Obtained(var token, var own) ->
          new Renewed(stored.with(own, target, token));
      case ObtainOutcome.Revoked(var reason) -> new Revoked(reason);
      case ObtainOutcome.Rejected(var reason) -> new Rejected(reason);
      case ObtainOutcome.Unavailable(var after) -> new Unavailable(after);
    };
  }

  /// One word for logs and metrics.
  default String outcome() {
    return switch (this) {
      case Renewed _ -> "renewed";
      case Revoked _ -> "revoked";
      case Rejected _ -> "rejected";
      case Unavailable _ -> "unavailable";
    };
  }

  /// Why not, for the log.
  default String problem() {
    return switch (this) {
      case Renewed _ -> "none";
      case Revoked(var problem) -> problem;
      case Rejected(var problem) -> problem;
      case Unavailable _ -> "no_answer";
    };
  }
}
