package dev.cloakroom.oidc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.crypto.TlsFiles;
import dev.cloakroom.crypto.TlsWatch;
import dev.cloakroom.house.Proves;
import dev.cloakroom.oidc.Hardening.Profile;
import dev.cloakroom.world.CountingEntropy;
import dev.cloakroom.world.PemFiles;
import dev.cloakroom.world.ScriptedProvider;
import dev.cloakroom.world.Secured;
import dev.cloakroom.world.TestClock;
import dev.cloakroom.world.Waiting;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// What connections to a provider are made with.
@ExtendWith(VertxExtension.class)
class ProviderTlsTest {
  private static final PemFiles SERVER = PemFiles.made();

  private static Discovery discovery(Vertx vertx, String issuer, Profile profile) {
    var draft = new Client.SettingsDraft(issuer);
    draft.hardening = Hardening.usual().held(profile);
    draft.tls = Optional.of(new TlsFiles(Optional.of(SERVER.certificate()), Optional.empty()));
    var files = new TlsWatch(vertx, _ -> {});
    var provider =
        new OidcProvider(
            vertx, draft.settings(), files, new TestClock(), new CountingEntropy(), _ -> {});
    Waiting.on(files.load());
    return Waiting.on(provider.discover());
  }

  /// BCP 195: nothing below TLS 1.2, and there nothing but AES-GCM with a key of its own.
  @Test
  @Proves("FAPI-01")
  void underTheProfileOutdatedCiphersAreNotSpoken(Vertx vertx) {
    var outdated = new Secured(SERVER, PemFiles.authority(), true);
    var provider = ScriptedProvider.start(vertx, new TestClock(), Optional.of(outdated));
    try {
      assertThat(discovery(vertx, provider.issuer(), Profile.NONE))
          .isInstanceOf(Discovery.Found.class);
      assertThat(discovery(vertx, provider.issuer(), Profile.FAPI2))
          .isInstanceOf(Discovery.Unreachable.class);
    } finally {
      provider.close();
    }
  }

  @Test
  @Proves("FAPI-01")
  void underTheProfileWhatIsRecommendedIsSpoken(Vertx vertx) {
    var secured = new Secured(SERVER, PemFiles.authority());
    var provider = ScriptedProvider.start(vertx, new TestClock(), Optional.of(secured));
    try {
      assertThat(discovery(vertx, provider.issuer(), Profile.FAPI2))
          .isInstanceOf(Discovery.Found.class);
    } finally {
      provider.close();
    }
  }
}
