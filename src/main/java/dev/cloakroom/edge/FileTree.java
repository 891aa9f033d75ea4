package dev.cloakroom.edge;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Finds files below one directory and nothing else: no hidden files, no listing, nothing that a
/// symbolic link takes elsewhere. Blocks; called on worker threads.
final class FileTree {
  private static final int MAX_TAGS = 10_000;
  private static final long LARGEST_TAGGED = 64L << 20;
  private static final int TAG_BYTES = 16;

  private final Path root;
  private final Cache<State, String> tags = Caffeine.newBuilder().maximumSize(MAX_TAGS).build();

  /// What of a file changes with its content, as far as the file system tells.
  private record State(Path path, long size, FileTime modified) {}

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

  /// One file on disk. Its tag is a hash of its content, so that it is the same on every node and
  /// after a deployment that changed nothing. A very large file has a weak one, of size and time.
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
      var state = new State(real, attributes.size(), attributes.lastModifiedTime());
      return Optional.of(new Variant(real, state.size, tags.get(state, FileTree::tag), encoding));
    } catch (IOException | UncheckedIOException | InvalidPathException e) {
      return Optional.empty(); // not there, or no name for a file
    }
  }

  /// @spec https://www.rfc-editor.org/rfc/rfc9110#section-8.8.3 RFC 9110, 8.8.3
  private static String tag(State file) {
    if (file.size > LARGEST_TAGGED) {
      return "W/\"%x-%x\"".formatted(file.modified.toMillis(), file.size);
    }
    try (var in =
        new DigestInputStream(
            Files.newInputStream(file.path), MessageDigest.getInstance("SHA-256"))) {
      in.transferTo(OutputStream.nullOutputStream());
      var hash = Arrays.copyOf(in.getMessageDigest().digest(), TAG_BYTES);
      return '"' + Base64.getUrlEncoder().withoutPadding().encodeToString(hash) + '"';
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
