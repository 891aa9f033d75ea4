package dev.cloakroom.crypto;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A value that must reach no log, error, trace or URL. Reading it takes [#reveal()] or
/// [#revealBehind(byte\[\])], which are easy to search for and easy to review. Comparison takes
/// constant time.
public final class Secret {
  private static final int SPACE = 0x20;
  private static final int DELETE = 0x7f;

  private final byte[] value;

  private Secret(String value) {
    this.value = value.getBytes(UTF_8);
  }

  /// Wraps a value that must not be empty.
  ///
  /// @throws IllegalArgumentException when it is
  public static Secret of(String value) {
    if (value.isEmpty()) {
      throw new IllegalArgumentException("a secret must not be empty");
    }
    return new Secret(value);
  }

  public String reveal() {
    return new String(value, UTF_8);
  }

  /// The value in UTF-8, behind a prefix, in an array of the caller's own.
  public byte[] revealBehind(byte[] prefix) {
    var all = Arrays.copyOf(prefix, prefix.length + value.length);
    System.arraycopy(value, 0, all, prefix.length, value.length);
    return all;
  }

  /// True where it is of visible ASCII characters only, without a space, so that it can be part of
  /// a header field.
  public boolean isVisibleAscii() {
    for (byte octet : value) {
      if (octet <= SPACE || octet == DELETE) { // octets of other characters are negative
        return false;
      }
    }
    return true;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Secret that && MessageDigest.isEqual(value, that.value);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(value);
  }

  @Override
  public String toString() {
    return "Secret[hidden]";
  }
}
