package dev.cloakroom.crypto;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/// A few files that belong together, looked at every now and then. One that is not there, say while
/// it is replaced, counts as empty; so a renewal may write one after the other.
public final class WatchedFiles {
  private static final int MAX_BYTES = 1 << 20;

  private final List<Path> files;
  private final Vertx vertx;
  private volatile Optional<Content> seen = Optional.empty();
  private volatile boolean looking;

  private record Content(List<Buffer> bytes) {
    @Override
    public String toString() {
      return "Content[hidden]";
    }
  }

  public WatchedFiles(List<Path> files, Vertx vertx) {
    this.files = List.copyOf(files);
    this.vertx = vertx;
  }

  /// What `reader`, which may block, makes of the files' bytes, in the order of the files; empty
  /// when they are as they were the last time, or are being looked at just now.
  public <T> Future<Optional<T>> ifChanged(Function<List<Buffer>, T> reader) {
    if (looking) {
      return Future.succeededFuture(Optional.empty());
    }
    looking = true;
    return vertx
        .executeBlocking(() -> look(reader), false)
        .map(Objects::requireNonNull)
        .onComplete(_ -> looking = false);
  }

  private <T> Optional<T> look(Function<List<Buffer>, T> reader) {
    var content = new Content(files.stream().map(WatchedFiles::bytes).toList());
    if (seen.filter(content::equals).isPresent()) {
      return Optional.empty();
    }
    seen = Optional.of(content);
    return Optional.of(reader.apply(content.bytes));
  }

  private static Buffer bytes(Path file) {
    try (var in = Files.newInputStream(file)) {
      return Buffer.buffer(in.readNBytes(MAX_BYTES));
    } catch (IOException e) {
      return Buffer.buffer();
    }
  }
}
