package dev.cloakroom.login;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.cloakroom.jose.ProofKey;
import dev.cloakroom.login.app.AppLogin;
import dev.cloakroom.oidc.CodeVerifier;
import dev.cloakroom.oidc.Nonce;
import dev.cloakroom.oidc.ProviderSettings;
import dev.cloakroom.oidc.State;
import dev.cloakroom.session.SessionKey;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// One login under way in one tab: what the callback will need. It travels in a sealed cookie, so
/// it is packed tightly: ten of them share 4 KiB.
///
/// State, nonce, verifier, the name for the claim and the key that tokens will be bound to are
/// derived from one seed, so that the cookie carries 32 random octets and not 160.
///
/// @param returnTo a checked same-origin path
/// @param replaces the session the browser was in
/// @param maxAge what the provider was asked for, and its ID token must show
/// @param app the app that began it, to which the outcome goes; it replaces no session
/// @param rounds how many logins for the same end led to it, each by the one before: see [Rounds]
record Attempt(
    Seed seed,
    String provider,
    Instant startedAt,
    String returnTo,
    Optional<SessionKey> replaces,
    Optional<Duration> maxAge,
    List<String> acrValues,
    Optional<AppLogin> app,
    int rounds) {
  static final Duration LIFE = Duration.ofMinutes(10);
  private static final byte FORMAT = 1;

  /// A format of its own: who does not know it must not take it for a browser's login.
  private static final byte FORMAT_OF_APP = 2;

  private static final int NO_MAX_AGE = -1;

  Attempt {
    acrValues = List.copyOf(acrValues);
  }

  /// The same as one round more than so many.
  Attempt after(int before) {
    return new Attempt(
        seed, provider, startedAt, returnTo, replaces, maxAge, acrValues, app, before);
  }

  State state() {
    return new State(seed.derive("state"));
  }

  Nonce nonce() {
    return new Nonce(seed.derive("nonce"));
  }

  CodeVerifier verifier() {
    return new CodeVerifier(seed.derive("verifier"));
  }

  /// What the tokens of this login are to be bound to, where they are.
  Optional<ProofKey> proofKey(ProviderSettings provider) {
    return provider.hardening().provesPossession()
        ? Optional.of(ProofKey.derive(seed.octets("proof key")))
        : Optional.empty();
  }

  /// What the store knows the attempt by when it is claimed.
  String claim() {
    return seed.derive("claim");
  }

  String cookieName() {
    return AttemptCookie.PREFIX + seed.derive("cookie").substring(0, 6);
  }

  Instant expiresAt() {
    return startedAt.plus(LIFE);
  }

  byte[] pack() {
    var packed = Buffer.buffer(128);
    packed.appendByte(app.isPresent() ? FORMAT_OF_APP : FORMAT).appendBytes(seed.octets());
    packed.appendUnsignedInt(startedAt.getEpochSecond());
    packed.appendInt(maxAge.map(age -> (int) age.toSeconds()).orElse(NO_MAX_AGE));
    put(packed, replaces.map(SessionKey::octets).orElse(new byte[0]));
    put(packed, provider.getBytes(UTF_8));
    put(packed, String.join(" ", acrValues).getBytes(UTF_8));
    put(packed, returnTo.getBytes(UTF_8));
    app.ifPresent(
        login -> {
          put(packed, login.app().getBytes(UTF_8));
          put(packed, login.redirectUri().getBytes(UTF_8));
          put(packed, login.challenge().getBytes(UTF_8));
          put(packed, login.state().getBytes(UTF_8));
        });
    if (app.isEmpty() && rounds > 0) {
      packed.appendByte((byte) rounds); // other versions of the gateway end before it
    }
    return packed.getBytes();
  }

  /// Empty for a format of another version of the gateway.
  static Optional<Attempt> unpack(byte[] packed) {
    if (packed.length == 0 || (packed[0] != FORMAT && packed[0] != FORMAT_OF_APP)) {
      return Optional.empty();
    }
    var reader = new Reader(Buffer.buffer(packed), 1);
    var seed = new Seed(reader.next(Seed.LENGTH));
    var startedAt = Instant.ofEpochSecond(reader.unsignedInt());
    var maxAge = reader.signedInt();
    var replaces = reader.field();
    var provider = reader.text();
    var acrValues = reader.text();
    var returnTo = reader.text();
    return Optional.of(
        new Attempt(
            seed,
            provider,
            startedAt,
            returnTo,
            replaces.length == 0 ? Optional.empty() : Optional.of(SessionKey.of(replaces)),
            maxAge == NO_MAX_AGE ? Optional.empty() : Optional.of(Duration.ofSeconds(maxAge)),
            acrValues.isEmpty() ? List.of() : List.of(acrValues.split(" ")),
            packed[0] == FORMAT_OF_APP ? Optional.of(app(reader)) : Optional.empty(),
            packed[0] == FORMAT && reader.hasMore() ? reader.next(1)[0] : 0));
  }

  private static AppLogin app(Reader reader) {
    return new AppLogin(reader.text(), reader.text(), reader.text(), reader.text());
  }

  private static void put(Buffer packed, byte[] field) {
    packed.appendUnsignedShort(field.length).appendBytes(field);
  }

  /// Reads what [#pack] wrote; the seal has vouched for it.
  private static final class Reader {
    private final Buffer packed;
    private int at;

    Reader(Buffer packed, int from) {
      this.packed = packed;
      this.at = from;
    }

    boolean hasMore() {
      return at < packed.length();
    }

    byte[] next(int length) {
      at += length;
      return packed.getBytes(at - length, at);
    }

    long unsignedInt() {
      at += Integer.BYTES;
      return packed.getUnsignedInt(at - Integer.BYTES);
    }

    int signedInt() {
      at += Integer.BYTES;
      return packed.getInt(at - Integer.BYTES);
    }

    String text() {
      return new String(field(), UTF_8);
    }

    byte[] field() {
      at += Short.BYTES;
      return next(packed.getUnsignedShort(at - Short.BYTES));
    }
  }
}
