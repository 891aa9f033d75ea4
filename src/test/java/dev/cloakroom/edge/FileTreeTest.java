package dev.cloakroom.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.Case;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FileTreeTest {
  @TempDir private Path directory;
  private Path root;
  private FileTree tree;

  @BeforeEach
  void furnish() throws IOException {
    root = Files.createDirectory(directory.resolve("app"));
    tree = new FileTree(root);
    Files.writeString(directory.resolve("secret.txt"), "outside");
    Files.writeString(root.resolve("index.html"), "<!doctype html>");
    Files.writeString(root.resolve(".env"), "HIDDEN=yes");
    Files.createDirectories(root.resolve("assets/.git"));
    Files.writeString(root.resolve("assets/.git/config"), "hidden");
    Files.writeString(root.resolve("assets/a b.js"), "1");
    Files.writeString(root.resolve("assets/a b.js.br"), "br");
    Files.createSymbolicLink(root.resolve("out.txt"), directory.resolve("secret.txt"));
    Files.createSymbolicLink(root.resolve("in.html"), root.resolve("index.html"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/index.html", "/assets/a%20b.js", "/in.html"})
  void filesAreFound(String path) {
    assertThat(tree.find(path)).isPresent();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/.env",
        "/assets/.git/config",
        "/out.txt",
        "/assets",
        "/",
        "/../secret.txt",
        "/assets/..%2f..%2fsecret.txt",
        "/%00",
        "/nothing"
      })
  @Case("T65")
  void nothingElseIs(String path) {
    assertThat(tree.find(path)).isEmpty();
  }

  @Test
  void aCompressedTwinIsUsedWhereItIsWelcome() {
    var found = tree.find("/assets/a%20b.js").orElseThrow();
    assertThat(found.variant("gzip, br").encoding()).contains("br");
    assertThat(found.variant("gzip").encoding()).isEmpty();
    assertThat(found.variant("br;q=0").encoding()).isEmpty();
    assertThat(found.variant(null).encoding()).isEmpty();
    assertThat(found.variant("br").etag()).isNotEqualTo(found.plain().etag());
  }

  private String tag(String path) {
    return tree.find(path).orElseThrow().plain().etag();
  }

  @Test
  void aTagFollowsTheContentAndNothingElse() throws IOException {
    var time = Files.getLastModifiedTime(root.resolve("index.html"));
    var tag = tag("/index.html");
    assertThat(tag).matches("\"[A-Za-z0-9_-]{22}\"");
    assertThat(tag("/index.html")).isEqualTo(tag);
    Files.setLastModifiedTime(
        root.resolve("index.html"), FileTime.fromMillis(time.toMillis() + 60_000));
    assertThat(tag("/index.html")).as("deployed anew, unchanged").isEqualTo(tag);
    Files.writeString(root.resolve("index.html"), "<!DOCTYPE html>");
    Files.setLastModifiedTime(
        root.resolve("index.html"), FileTime.fromMillis(time.toMillis() + 120_000));
    assertThat(tag("/index.html")).as("of the same length, changed").isNotEqualTo(tag);
  }

  @Test
  void aVeryLargeFileIsNotReadForItsTag() throws IOException {
    try (var file = new RandomAccessFile(root.resolve("film.mp4").toFile(), "rw")) {
      file.setLength((64L << 20) + 1);
    }
    assertThat(tag("/film.mp4")).startsWith("W/\"");
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "bytes=0-1, 0, 1",
        "bytes=2-, 2, 9",
        "bytes=-3, 7, 9",
        "bytes=0-99, 0, 9",
        "bytes=-99, 0, 9"
      })
  void oneRangeIsRead(String field, long first, long last) {
    assertThat(StaticFiles.ByteRange.parse(field, 10))
        .isEqualTo(Optional.of(new StaticFiles.ByteRange(first, last)));
  }

  @Test
  void otherRangesAreIgnoredOrCannotBeMet() {
    assertThat(StaticFiles.ByteRange.parse("bytes=0-1,3-4", 10)).isEmpty();
    assertThat(StaticFiles.ByteRange.parse("bytes=5-2", 10)).isEmpty();
    assertThat(StaticFiles.ByteRange.parse("bytes=-", 10)).isEmpty();
    assertThat(StaticFiles.ByteRange.parse("lines=0-1", 10)).isEmpty();
    assertThat(StaticFiles.ByteRange.parse("bytes=10-", 10).orElseThrow().isSatisfiable())
        .isFalse();
    assertThat(StaticFiles.ByteRange.parse("bytes=-0", 10).orElseThrow().isSatisfiable()).isFalse();
  }
}
