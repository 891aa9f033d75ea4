package dev.cloakroom.session;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.cloakroom.crypto.EncryptionKey;
import dev.cloakroom.crypto.KeyRingSealer;
import dev.cloakroom.crypto.Sealer;
import dev.cloakroom.house.Case;
import dev.cloakroom.world.CountingEntropy;
import io.vertx.core.buffer.Buffer;
import java.util.Arrays;
import java.util.List;

/// What a store hands back, whatever became of it there, is a session of ours or none.
class SessionSealFuzzTest {
  private final CountingEntropy entropy = new CountingEntropy();
  private final KeyRingSealer ring =
      new KeyRingSealer(List.of(EncryptionKey.draw(entropy)), entropy);
  private final SessionSeal seal = new SessionSeal(ring);
  private final SessionId id = SessionId.draw(FrontEnd.ONLY, entropy);
  private final byte[] genuine = ring.seal("a coat".getBytes(UTF_8), "purpose");

  @FuzzTest
  @Case("T103")
  void noStoredValueIsAFault(byte[] bytes) {
    var stored = Buffer.buffer(bytes);
    assertThat(seal.open(id, 1, stored)).isNotInstanceOf(SessionSeal.Opened.Plain.class);
    assertThat(seal.card(id.key(), stored)).isNotInstanceOf(SessionSeal.Opened.Plain.class);
    var altered = genuine.clone();
    for (var i = 0; i < bytes.length; i++) {
      altered[i % altered.length] ^= bytes[i];
    }
    assertThat(ring.open(altered, "purpose") instanceof Sealer.Opened.Plain)
        .isEqualTo(Arrays.equals(altered, genuine));
    var text = new String(bytes, UTF_8);
    SessionCodec.session(text, id.key(), 1).ifPresent(it -> assertThat(it.handle()).isNotNull());
    SessionCodec.card(text).ifPresent(it -> assertThat(it.handle()).isNotNull());
  }
}
