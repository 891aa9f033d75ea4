package dev.cloakroom.edge;

import io.netty.handler.codec.http.QueryStringDecoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Finds files below one directory and nothing else: no hidden files, no listing, nothing that a
/// symbolic link takes elsewhere. Blocks; called on worker threads.
final class FileTree {
  private final Path root;

  FileTree(Path root) {
    this.root = root;
  }

  /// A file and its compressed twins.
  record Found(Variant plain, Optional<Variant> brotli, Optional<Variant> gzip) {
    boolean hasVariants() {
      return brotli.isPresent() || gzip.isPresent();
    }

    /// The smallest one that the browser takes.
    Variant variant(@Nullable String acceptEncoding) {
      if (acceptEncoding != null && brotli.isPresent() && accepts(acceptEncoding, "br")) {
        return brotli.get();
      }
      return acceptEncoding != null && gzip.isPresent() && accepts(acceptEncoding, "gzip")
          ? gzip.get()
          : plain;
    }

    private static boolean accepts(String field, String coding) {
      return List.of(field.toLowerCase(Locale.ROOT).split(",", -1)).stream()
          .map(String::strip)
          .anyMatch(
              part ->
                  part.equals(coding)
                      || (part.startsWith(coding + ";") && !part.matches(".*;\\s*q=0(\\.0*)?")));
    }
  }

  /// One file on disk. Its tag changes with its content, as far as size and time can tell.
  record Variant(Path path, long size, String etag, Optional<String> encoding) {}

  /// True when a segment begins with a dot.
  static boolean isHidden(String path) {
    return path.contains("/.");
  }

  /// Looks `path` up, which is an accepted one and still percent-encoded.
  Optional<Found> find(String path) {
    var decoded = new QueryStringDecoder(path).path();
    if (isHidden(decoded)) {
      return Optional.empty();
    }
    return read(decoded, Optional.empty())
        .map(
            plain ->
                new Found(
                    plain,
                    read(decoded + ".br", Optional.of("br")),
                    read(decoded + ".gz", Optional.of("gzip"))));
  }

  private Optional<Variant> read(String path, Optional<String> encoding) {
    try {
      var top = root.toRealPath();
      var real = top.resolve(path.substring(1)).toRealPath();
      var attributes = Files.readAttributes(real, BasicFileAttributes.class);
      if (!real.startsWith(top) || !attributes.isRegularFile()) {
        return Optional.empty();
      }
      var etag =
          "\"%x-%x%s\""
              .formatted(
                  attributes.lastModifiedTime().toMillis(),
                  attributes.size(),
                  encoding.map(name -> "-" + name).orElse(""));
      return Optional.of(new Variant(real, attributes.size(), etag, encoding));
    } catch (IOException | InvalidPathException e) {
      return Optional.empty(); // not there, or no name for a file
    }
  }
}
