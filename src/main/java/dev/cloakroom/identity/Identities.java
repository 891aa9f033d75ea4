package dev.cloakroom.identity;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.cloakroom.proxy.Forwarding.Field;
import dev.cloakroom.proxy.Route;
import dev.cloakroom.session.Session;
import dev.cloakroom.session.SessionKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// The fields in which a route says who calls. What was made for a session is kept, for a bounded
/// number of sessions; a session that got new tokens is told anew, and a statement while it is
/// young. Shared by all event loops.
public final class Identities {
  /// Where the signed statement goes.
  public static final String STATEMENT = "X-Cloakroom-Identity";

  private static final int MOST_KEPT = 10_000;

  private final Statements statements;
  private final Cache<Teller, Told> kept = Caffeine.newBuilder().maximumSize(MOST_KEPT).build();

  public Identities(Statements statements) {
    this.statements = statements;
  }

  private record Teller(SessionKey session, long version, String route) {}

  private record Told(Route.Identity by, Instant until, List<Field> fields) {}

  /// Empty where the route tells nothing. A claim that the session does not know, or that makes no
  /// value, makes no field.
  public List<Field> of(Session session, Route route) {
    var identity = route.identity();
    if (identity.isNone()) {
      return List.of();
    }
    var teller = new Teller(session.key(), session.version(), route.path());
    var told = kept.getIfPresent(teller);
    if (told == null || !told.by().equals(identity) || !statements.now().isBefore(told.until())) {
      told = told(session, identity);
      kept.put(teller, told);
    }
    return told.fields();
  }

  private Told told(Session session, Route.Identity identity) {
    var claims = new KnownClaims(session);
    var fields = new ArrayList<Field>();
    identity
        .headers()
        .forEach(
            (name, claim) ->
                FieldValue.of(claims.value(claim))
                    .ifPresent(value -> fields.add(new Field(name, value))));
    var signed = identity.assertion().map(what -> statements.sign(session, claims, what));
    signed.ifPresent(statement -> fields.add(new Field(STATEMENT, statement.compact())));
    return new Told(
        identity,
        signed.map(Statements.Statement::freshUntil).orElse(Instant.MAX),
        List.copyOf(fields));
  }
}
