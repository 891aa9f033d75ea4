package dev.cloakroom.crypto;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloakroom.crypto.Sealer.Opened;
import dev.cloakroom.house.Case;
import dev.cloakroom.house.Proves;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class KeyRingSealerTest {
  private static final byte[] COAT = "a coat".getBytes(UTF_8);

  private final Entropy entropy = Entropy.secure();
  private final EncryptionKey first = EncryptionKey.draw(entropy);
  private final EncryptionKey second = EncryptionKey.draw(entropy);
  private final Sealer sealer = new KeyRingSealer(List.of(first), entropy);

  private static void assertPlain(Opened opened) {
    assertThat(opened)
        .isInstanceOfSatisfying(Opened.Plain.class, p -> assertThat(p.bytes()).isEqualTo(COAT));
  }

  @Test
  void whatWasSealedOpensForTheSamePurposeOnly() {
    var sealed = sealer.seal(COAT, "attempt");
    assertPlain(sealer.open(sealed, "attempt"));
    assertThat(sealer.open(sealed, "session")).isEqualTo(new Opened.Broken());
    assertThat(new String(sealed, UTF_8)).doesNotContain("coat");
  }

  @Test
  void noByteCanBeFlippedAndNoEndCutOff() {
    var sealed = sealer.seal(COAT, "attempt");
    for (int i = 0; i < sealed.length; i++) {
      var flipped = sealed.clone();
      flipped[i] ^= 1;
      assertThat(sealer.open(flipped, "attempt")).isNotInstanceOf(Opened.Plain.class);
      var cut = Arrays.copyOf(sealed, i);
      assertThat(sealer.open(cut, "attempt")).isNotInstanceOf(Opened.Plain.class);
    }
  }

  @Test
  void halvesOfTwoSealedValuesDoNotFitTogether() {
    var one = sealer.seal(COAT, "attempt");
    var other = sealer.seal(COAT, "attempt");
    System.arraycopy(other, 20, one, 20, one.length - 20);
    assertThat(sealer.open(one, "attempt")).isEqualTo(new Opened.Broken());
  }

  @Test
  @Case("T45")
  void theSameValueNeverLooksTheSameTwice() {
    var seen = new HashSet<String>();
    for (int i = 0; i < 1000; i++) {
      var sealed = sealer.seal(COAT, "attempt");
      seen.add(Base64.getEncoder().encodeToString(Arrays.copyOfRange(sealed, 5, 17)));
    }
    assertThat(seen).hasSize(1000);
  }

  @Test
  void anyKeyOfTheRingOpensAndTheFirstSeals() {
    var before = sealer.seal(COAT, "attempt");
    var rotated = new KeyRingSealer(List.of(second, first), entropy);
    assertPlain(rotated.open(before, "attempt"));
    assertPlain(
        new KeyRingSealer(List.of(second), entropy).open(rotated.seal(COAT, "attempt"), "attempt"));
  }

  @Test
  void aKeyThatLeftTheRingIsUnknownRatherThanBroken() {
    var sealed = new KeyRingSealer(List.of(second), entropy).seal(COAT, "attempt");
    assertThat(sealer.open(sealed, "attempt")).isEqualTo(new Opened.UnknownKey());
  }

  @Test
  void aProcessOnlyKeyIsNobodyElses() {
    var sealed = KeyRingSealer.forThisProcess(entropy).seal(COAT, "attempt");
    assertThat(KeyRingSealer.forThisProcess(entropy).open(sealed, "attempt"))
        .isEqualTo(new Opened.UnknownKey());
  }

  @Test
  void aRingIsNeverEmptyAndHoldsNoKeyTwice() {
    assertThatThrownBy(() -> new KeyRingSealer(List.of(), entropy))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new KeyRingSealer(List.of(first, first), entropy))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aKeyIsReadAsItWasWritten() {
    var sealed = sealer.seal(COAT, "attempt");
    var read = EncryptionKey.parse(first.encoded());
    assertPlain(new KeyRingSealer(List.of(read), entropy).open(sealed, "attempt"));
  }

  @Test
  @Proves("OPS-02")
  void aKeyThatIsNoneIsRefusedWithoutBeingRepeated() {
    for (var wrong : List.of("c2hvcnQ=", "not base64!", "A".repeat(64), "password")) {
      assertThatThrownBy(() -> EncryptionKey.parse(Secret.of(wrong)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("32 bytes in base64")
          .hasNoCause()
          .message()
          .doesNotContain(wrong);
    }
    assertThat(first.toString()).isEqualTo("EncryptionKey[hidden]");
  }

  /// RFC 5869, A.3.
  @Test
  void derivationFollowsTheTestVector() {
    var secret = new byte[22];
    Arrays.fill(secret, (byte) 0x0b);
    assertThat(HexFormat.of().formatHex(Hkdf.derive(secret, "", 42)))
        .isEqualTo(
            "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8");
    assertThat(Hkdf.derive(secret, "state", 32)).isNotEqualTo(Hkdf.derive(secret, "nonce", 32));
  }
}
