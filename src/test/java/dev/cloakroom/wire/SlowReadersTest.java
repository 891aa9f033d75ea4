package dev.cloakroom.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.Proves;
import dev.cloakroom.observe.Event;
import dev.cloakroom.world.PemFiles;
import dev.cloakroom.world.RawClient;
import dev.cloakroom.world.RawHttp2;
import dev.cloakroom.world.Waiting;
import dev.cloakroom.world.World;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Files for browsers that do not read what they asked for.
class SlowReadersTest {
  private static final int SIZE = 40_000_000;

  @RegisterExtension
  final World plain = new World(config -> config.frontEnd(directoryWithALargeFile()));

  @RegisterExtension
  final World secure =
      new World(config -> config.frontEnd(directoryWithALargeFile()).tls(PemFiles.made()));

  private static Path directoryWithALargeFile() {
    try {
      var directory = Files.createTempDirectory("large");
      Files.writeString(directory.resolve("index.html"), "hi");
      try (var file = new RandomAccessFile(directory.resolve("large.bin").toFile(), "rw")) {
        file.setLength(SIZE);
      }
      return directory;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isLeft(World world) {
    world.clock().advance(Duration.ofSeconds(10));
    return world.events().stream()
        .anyMatch(event -> event instanceof Event.RequestServed served && served.status() == 0);
  }

  private static RawClient asks(World world) {
    return RawClient.to(world.gateway().port(), 4096)
        .sends("GET /large.bin HTTP/1.1\nHost: localhost:" + world.gateway().port() + "\n\n");
  }

  @Test
  @Proves("PX-17")
  void whoReadsNothingLosesTheConnection() {
    try (var client = asks(plain)) {
      assertThat(client.head().status()).isEqualTo(200);
      Waiting.until("the end of patience", () -> isLeft(plain));
      assertThat(client.readsToTheEnd().length()).isLessThan(SIZE);
    }
  }

  @Test
  @Proves("PX-17")
  void whoReadsSlowlyGetsAll() {
    try (var client = asks(plain)) {
      assertThat(client.head().status()).isEqualTo(200);
      var left = SIZE;
      for (var part = 4_000_000; left > 0; left -= part) {
        client.reads(part);
        assertThat(isLeft(plain)).isFalse();
      }
    }
  }

  @Test
  @Proves("PX-17")
  void overHttp2TheStreamIsLost() {
    try (var client = RawHttp2.overTls(secure.gateway().port()).grantsNothing()) {
      client.get(1, "localhost:" + secure.gateway().port(), "/large.bin");
      assertThat(client.on(1).type()).isEqualTo(RawHttp2.HEADERS);
      Waiting.until("the end of patience", () -> isLeft(secure));
      assertThat(client.answer(1).reset()).isPresent();
    }
  }
}
