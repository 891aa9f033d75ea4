package dev.cloakroom.crypto;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class Sha256Test {
  @Test
  void isTheOneOfTheStandard() {
    assertThat(HexFormat.of().formatHex(Sha256.hash("abc".getBytes(US_ASCII))))
        .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  }

  @Test
  void noHashHasAnythingOfTheOneBefore() {
    var first = Sha256.hash("abc".getBytes(US_ASCII));
    assertThat(Sha256.hash("abc".getBytes(US_ASCII))).isEqualTo(first).isNotSameAs(first);
    assertThat(Sha256.hash("abcabc".getBytes(US_ASCII))).isNotEqualTo(first);
  }

  @Test
  void threadsDoNotDisturbOneAnother() throws Exception {
    var own = MessageDigest.getInstance("SHA-256");
    var texts = IntStream.range(0, 20_000).mapToObj(i -> "x".repeat(i % 200) + i).toList();
    var expected = texts.stream().map(text -> own.digest(text.getBytes(US_ASCII))).toList();
    var hashes = texts.parallelStream().map(text -> Sha256.hash(text.getBytes(US_ASCII))).toList();
    assertThat(hashes).usingElementComparator(Arrays::compare).isEqualTo(expected);
  }
}
