package dev.cloakroom.session;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.crypto.EncryptionKey;
import dev.cloakroom.crypto.Entropy;
import dev.cloakroom.crypto.KeyRingSealer;
import dev.cloakroom.crypto.Secret;
import dev.cloakroom.house.Proves;
import dev.cloakroom.jose.ProofKey;
import dev.cloakroom.oidc.AccessToken;
import dev.cloakroom.oidc.Identity;
import dev.cloakroom.oidc.TokenTarget;
import dev.cloakroom.oidc.Tokens;
import dev.cloakroom.session.SessionSeal.Opened;
import dev.cloakroom.world.TestClock;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SessionSealTest {
  private static final EncryptionKey OLD =
      EncryptionKey.parse(Secret.of("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="));
  private static final EncryptionKey NEW = EncryptionKey.draw(Entropy.secure());

  private final TestClock clock = new TestClock();
  private final SessionId id =
      SessionId.parse(FrontEnd.ONLY, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJ0123456").orElseThrow();
  private final SessionSeal seal = seal(OLD);

  private static SessionSeal seal(EncryptionKey... ring) {
    return new SessionSeal(new KeyRingSealer(List.of(ring), Entropy.secure()));
  }

  private Session session(long version) {
    var now = clock.instant();
    return new Session(
        id.key(),
        FrontEnd.ONLY,
        "handle-1",
        "main",
        new Identity("https://id.test", "alice", Optional.of("sid-1")),
        "{\"name\":\"Älice\"}",
        new Tokens(
            Secret.of("access-secret"),
            Optional.of(Secret.of("refresh-secret")),
            Optional.of(Secret.of("id-secret")),
            Set.of("openid", "orders"),
            now,
            now.plusSeconds(300)),
        now,
        now.plusSeconds(28_800),
        Optional.of(now.minusSeconds(5)),
        Optional.of("gold"),
        "Firefox on Linux",
        version);
  }

  private SealedSession sealed() {
    return seal.seal(id, session(3), clock.instant().plusSeconds(1_800));
  }

  @Test
  @Proves("SES-03")
  void aSessionOpensWithItsCookieAndTheKeysOnly() {
    var sealed = sealed();
    assertThat(seal.open(id, 3, sealed.session())).isEqualTo(new Opened.Plain<>(session(3)));
    var other = SessionId.draw(FrontEnd.ONLY, Entropy.secure());
    assertThat(seal.open(other, 3, sealed.session())).isEqualTo(new Opened.Broken<>());
    var text = sealed.session().toString(UTF_8) + sealed.card().toString(UTF_8) + sealed.names();
    assertThat(text).doesNotContain("secret", "alice", "sid-1", "handle", "https", id.reveal());
    var ring = new KeyRingSealer(List.of(OLD), Entropy.secure());
    assertThat(ring.open(sealed.session().getBytes(), "session " + id.key().value() + " 3"))
        .isNotInstanceOf(dev.cloakroom.crypto.Sealer.Opened.Plain.class); // the key alone
  }

  @Test
  @Proves({"SES-03", "RES-01", "TX-02"})
  void furtherTokensAreSealedWithTheSession() {
    var session = withOthers(session(3));
    var sealed = seal.seal(id, session, clock.instant().plusSeconds(1_800));
    assertThat(seal.open(id, 5, sealed.session())).isEqualTo(new Opened.Plain<>(session));
    assertThat(sealed.session().toString(UTF_8)).doesNotContain("secret", "orders");
    assertThat(new String(SessionCodec.encode(SessionCard.of(session)), UTF_8))
        .doesNotContain("secret");
  }

  private Session bound() {
    var plain = session(3);
    var tokens = plain.tokens();
    var key = ProofKey.derive(new byte[] {1});
    var own =
        new Tokens(
            tokens.access(),
            tokens.refresh(),
            tokens.idToken(),
            tokens.scope(),
            tokens.issuedAt(),
            tokens.expiresAt(),
            Optional.of(key));
    var token =
        new AccessToken(
            Secret.of("other-secret"),
            Set.of(),
            tokens.issuedAt(),
            tokens.expiresAt(),
            Optional.of(key));
    return plain
        .with(own, resource("urn:bound"), token)
        .with(own, resource("urn:not"), token(1, 9));
  }

  @Test
  @Proves({"SES-03", "DPOP-08"})
  void theKeyThatTokensAreBoundToIsSealedWithThem() {
    var session = bound();
    var sealed = seal.seal(id, session, clock.instant().plusSeconds(1_800));
    assertThat(seal.open(id, session.version(), sealed.session()))
        .isEqualTo(new Opened.Plain<>(session));
    var key = session.tokens().proofKey().orElseThrow().encoded().reveal();
    assertThat(sealed.session().toString(UTF_8) + sealed.card().toString(UTF_8))
        .doesNotContain(key);
    assertThat(new String(SessionCodec.encode(SessionCard.of(session)), UTF_8)).doesNotContain(key);
    assertThat(session.toString()).doesNotContain(key);
  }

  @Test
  @Proves({"SES-04", "DPOP-08"})
  void versionsThatKnowNothingOfKeysReadTheRest() {
    var json = new JsonObject(new String(SessionCodec.encode(bound()), UTF_8));
    assertThat(json.getInteger("f")).as("as before").isEqualTo(1);
    json.getJsonObject("tokens").remove("dpop_key"); // as the version before writes it
    var read = SessionCodec.session(json.encode(), id.key(), 5).orElseThrow();
    assertThat(read.tokens().proofKey()).isEmpty();
    assertThat(read.others().values()).allMatch(token -> token.proofKey().isEmpty());
    json.getJsonObject("tokens").put("dpop_key", "not a key");
    assertThat(SessionCodec.session(json.encode(), id.key(), 5)).isEmpty();
  }

  /// DESIGN 6.10: one version back and one ahead read the same sessions.
  @Test
  @Proves("SES-04")
  void versionsThatKnowNothingOfFurtherTokensReadTheRest() {
    var json = new JsonObject(new String(SessionCodec.encode(withOthers(session(3))), UTF_8));
    assertThat(json.getInteger("f")).as("as before").isEqualTo(1);
    json.remove("others"); // as the version before writes it
    assertThat(SessionCodec.session(json.encode(), id.key(), 3)).contains(session(3));
    var later = new JsonObject(new String(SessionCodec.encode(withOthers(session(3))), UTF_8));
    later.getJsonArray("others").getJsonObject(0).put("for", "something new");
    later.getJsonArray("others").getJsonObject(1).put("for", "something new");
    assertThat(SessionCodec.session(later.encode(), id.key(), 3)).contains(session(3));
  }

  @Test
  @Proves("TX-02")
  void furtherTokensGoWhenTheyHaveExpiredAndAreNeverMoreThan32() {
    var session = session(0);
    for (int i = 0; i < 40; i++) {
      session = session.with(session.tokens(), resource("urn:r:" + i), token(i, 300 + i));
    }
    assertThat(session.others()).hasSize(32).containsKey(resource("urn:r:39"));
    assertThat(session.others())
        .as("the one that expires first")
        .doesNotContainKey(resource("urn:r:0"));
    clock.advance(java.time.Duration.ofHours(1));
    var next = session.with(session.tokens(), resource("urn:r:new"), token(99, 300));
    assertThat(next.others()).containsOnlyKeys(resource("urn:r:new"));
  }

  private static TokenTarget resource(String resource) {
    return new TokenTarget.Resource(List.of(resource), List.of());
  }

  private AccessToken token(int number, int seconds) {
    var now = clock.instant();
    return new AccessToken(
        Secret.of("further-secret-" + number), Set.of("a"), now, now.plusSeconds(seconds));
  }

  private Session withOthers(Session session) {
    var exchange =
        new TokenTarget.Exchange(
            List.of("orders"), List.of("https://b.test"), List.of("x"), TokenTarget.ACCESS_TOKEN);
    return session
        .with(session.tokens(), resource("https://orders.test"), token(1, 300))
        .with(session.tokens(), exchange, token(2, 60));
  }

  @Test
  @Proves("SES-03")
  void anOldVersionCannotBePutBackInPlaceOfANewOne() {
    assertThat(seal.open(id, 4, sealed().session())).isEqualTo(new Opened.Broken<>());
  }

  @Test
  @Proves("SES-08")
  void aCardOpensWithoutTheCookieAndHoldsNoToken() {
    var sealed = sealed();
    assertThat(seal.card(id.key(), sealed.card()))
        .isEqualTo(new Opened.Plain<>(SessionCard.of(session(3))));
    assertThat(seal.card(SessionKey.of(new byte[32]), sealed.card()))
        .isEqualTo(new Opened.Broken<>());
    assertThat(new String(SessionCodec.encode(SessionCard.of(session(3))), UTF_8))
        .doesNotContain("secret");
  }

  @Test
  void whatWasAlteredOrCutOffIsBroken() {
    var sealed = sealed().session().getBytes();
    for (int i = 5; i < sealed.length; i++) {
      var flipped = sealed.clone();
      flipped[i] ^= 1;
      assertThat(seal.open(id, 3, Buffer.buffer(flipped))).isEqualTo(new Opened.Broken<>());
      assertThat(seal.open(id, 3, Buffer.buffer(sealed).slice(0, i)))
          .isEqualTo(new Opened.Broken<>());
    }
  }

  @Test
  @Proves("SES-04")
  void everyKeyOfTheRingOpensAndAnUnknownOneIsSaidToBe() {
    var sealed = sealed();
    assertThat(seal(NEW, OLD).open(id, 3, sealed.session())).isInstanceOf(Opened.Plain.class);
    assertThat(seal(NEW).open(id, 3, sealed.session())).isEqualTo(new Opened.UnknownKey<>());
    assertThat(seal(NEW).card(id.key(), sealed.card())).isEqualTo(new Opened.UnknownKey<>());
  }

  @Test
  @Proves({"SES-04", "SES-06"})
  void aRotationOfKeysLosesNoName() {
    var sid = new SessionSelector.BySid(FrontEnd.ONLY, "https://id.test", "sid-1");
    var before = seal(OLD).names(sid).getFirst();
    var during = seal(OLD, NEW).names(sid);
    var after = seal(NEW, OLD).names(sid);
    assertThat(during).contains(before).doesNotHaveDuplicates();
    assertThat(after).containsExactlyInAnyOrderElementsOf(during);
    assertThat(after.getFirst()).isEqualTo(seal(NEW).names(sid).getFirst());
  }

  @Test
  @Proves("SES-07")
  void noTwoThingsShareAName() {
    var names =
        List.of(
            new SessionSelector.BySid(FrontEnd.ONLY, "https://a.test", "x"),
            new SessionSelector.BySubject(FrontEnd.ONLY, "https://a.test", "x"),
            new SessionSelector.BySid(FrontEnd.ONLY, "https://b.test", "x"),
            new SessionSelector.ByHandle(FrontEnd.ONLY, "x"),
            new SessionSelector.BySid(FrontEnd.ONLY, "https://a.test\",\"x", "y"));
    assertThat(names.stream().map(name -> seal.names(name).getFirst()))
        .doesNotHaveDuplicates()
        .allMatch(name -> name.matches("[A-Za-z0-9_-]{22}"));
  }

  @Test
  void membersNobodyKnowsAreIgnoredAndMissingOnesHaveADefault() {
    var text =
        new JsonObject(Buffer.buffer(SessionCodec.encode(session(3))))
            .put("later", new JsonObject());
    assertThat(SessionCodec.session(text.encode(), id.key(), 3)).contains(session(3));
    for (var optional : List.of("claims", "sid", "auth_time", "acr", "device")) {
      text.remove(optional);
    }
    text.getJsonObject("tokens").remove("refresh");
    assertThat(SessionCodec.session(text.encode(), id.key(), 3)).isPresent();
    text.remove("provider");
    assertThat(SessionCodec.session(text.encode(), id.key(), 3)).isEmpty();
  }

  @Test
  void aFormatThatTakesALaterVersionIsBrokenRatherThanMisread() {
    var text = new JsonObject(Buffer.buffer(SessionCodec.encode(session(3))));
    assertThat(SessionCodec.session(text.put("f", 2).encode(), id.key(), 3)).isEmpty();
    text.remove("f");
    assertThat(SessionCodec.session(text.encode(), id.key(), 3)).isEmpty();
    assertThat(SessionCodec.session("[]", id.key(), 3)).isEmpty();
  }

  /// What the first version of the gateway sealed opens for ever.
  @Test
  @Proves("SES-03")
  void whatTheFirstVersionSealedStillOpens() throws IOException {
    var golden = golden();
    var opened = seal.open(id, 3, Buffer.buffer(golden.getBinary("session")));
    assertThat(opened).isEqualTo(new Opened.Plain<>(session(3)));
    assertThat(seal.card(id.key(), Buffer.buffer(golden.getBinary("card"))))
        .isEqualTo(new Opened.Plain<>(SessionCard.of(session(3))));
    var names =
        SessionCard.of(session(3)).names().stream()
            .map(name -> seal.names(name).getFirst())
            .toList();
    assertThat(names).isEqualTo(golden.getJsonArray("names").getList());
    assertThat(Instant.parse(golden.getString("now"))).isEqualTo(clock.instant());
  }

  private static JsonObject golden() throws IOException {
    try (var file = SessionSealTest.class.getResourceAsStream("/session/sealed-format-1.json")) {
      return new JsonObject(Buffer.buffer(file.readAllBytes()));
    }
  }
}
