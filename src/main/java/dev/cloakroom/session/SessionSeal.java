package dev.cloakroom.session;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.cloakroom.crypto.KeyRingSealer;
import dev.cloakroom.crypto.Sealer;
import dev.cloakroom.crypto.Secret;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Seals sessions for a place outside memory. A session opens only with the key ring and the value
/// of its cookie together, so that neither a dump of the store nor a dump and the server's keys
/// open one. Immutable.
public final class SessionSeal {
  private static final String NAMES = "session names";

  private final KeyRingSealer ring;

  public SessionSeal(KeyRingSealer ring) {
    this.ring = ring;
  }

  /// What came of opening something.
  public sealed interface Opened<T> {
    /// What was sealed.
    record Plain<T>(T value) implements Opened<T> {}

    /// Sealed under a key this gateway does not have: kept, for a gateway that has it.
    record UnknownKey<T>() implements Opened<T> {}

    /// Altered, cut off, another session's, or of a format this version cannot read.
    record Broken<T>() implements Opened<T> {}
  }

  /// Seals a session under the first key of the ring.
  public SealedSession seal(SessionId id, Session session, Instant idleExpiresAt) {
    var names =
        SessionCard.of(session).names().stream().map(name -> names(name).getFirst()).toList();
    return seal(id, session, idleExpiresAt, names);
  }

  /// As [#seal], for a place where nobody looks for it by a name.
  SealedSession sealNameless(SessionId id, Session session, Instant idleExpiresAt) {
    return seal(id, session, idleExpiresAt, List.of());
  }

  private SealedSession seal(
      SessionId id, Session session, Instant idleExpiresAt, List<String> names) {
    var key = session.key();
    var context = sessionContext(key, session.version());
    return new SealedSession(
        key,
        session.version(),
        seal(bound(id), SessionCodec.encode(session), context),
        seal(ring, SessionCodec.encode(SessionCard.of(session)), cardContext(key)),
        idleExpiresAt,
        session.expiresAt(),
        names);
  }

  /// Opens a session for whoever brings its cookie.
  public Opened<Session> open(SessionId id, long version, Buffer sealed) {
    return switch (bound(id).open(sealed.getBytes(), sessionContext(id.key(), version))) {
      case Sealer.Opened.Plain plain ->
          opened(SessionCodec.session(text(plain), id.key(), version));
      case Sealer.Opened.UnknownKey() -> new Opened.UnknownKey<>();
      case Sealer.Opened.Broken() -> new Opened.Broken<>();
    };
  }

  /// Opens what a list shows of a session.
  public Opened<SessionCard> card(SessionKey key, Buffer sealed) {
    return switch (ring.open(sealed.getBytes(), cardContext(key))) {
      case Sealer.Opened.Plain plain -> opened(SessionCodec.card(text(plain)));
      case Sealer.Opened.UnknownKey() -> new Opened.UnknownKey<>();
      case Sealer.Opened.Broken() -> new Opened.Broken<>();
    };
  }

  /// What a store calls the sessions that `selector` names: one keyed hash for each key of the
  /// ring. The first is written; all are searched, so that a rotation loses nothing.
  public List<String> names(SessionSelector selector) {
    var value =
        switch (selector) {
          case SessionSelector.BySid(_, var issuer, var sid) -> JsonArray.of("sid", issuer, sid);
          case SessionSelector.BySubject(_, var issuer, var subject) ->
              JsonArray.of("sub", issuer, subject);
          case SessionSelector.ByHandle(_, var handle) -> JsonArray.of("handle", handle);
        };
    if (!selector.frontEnd().isOnly()) {
      value.add(selector.frontEnd().name());
    }
    return ring.names(NAMES, value.encode());
  }

  private Sealer bound(SessionId id) {
    return ring.bound(Secret.of(id.reveal()));
  }

  private static Buffer seal(Sealer sealer, byte[] plain, String context) {
    return Buffer.buffer(sealer.seal(plain, context));
  }

  private static String text(Sealer.Opened.Plain plain) {
    return new String(plain.bytes(), UTF_8);
  }

  private static <T> Opened<T> opened(Optional<T> decoded) {
    return decoded.<Opened<T>>map(Opened.Plain::new).orElseGet(Opened.Broken::new);
  }

  private static String sessionContext(SessionKey key, long version) {
    return "session " + key.value() + " " + version;
  }

  private static String cardContext(SessionKey key) {
    return "session card " + key.value();
  }
}
