package dev.cloakroom.session;

import java.nio.ByteBuffer;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/// The hash of a session id: what stores, indexes and login attempts hold. It opens nothing.
///
/// 256 bits in four numbers: two keys are compared without following a reference, which of many
/// thousand sessions would lead to memory that no cache has.
public final class SessionKey implements SessionIndex.Entry {
  private static final int LENGTH = 4 * Long.BYTES;

  private final long first;
  private final long second;
  private final long third;
  private final long fourth;

  private SessionKey(ByteBuffer hash) {
    this.first = hash.getLong();
    this.second = hash.getLong();
    this.third = hash.getLong();
    this.fourth = hash.getLong();
  }

  /// Of a SHA-256.
  ///
  /// @throws IllegalArgumentException for anything but 32 octets
  public static SessionKey of(byte[] hash) {
    if (hash.length != LENGTH) {
      throw new IllegalArgumentException("a session key has 32 octets");
    }
    return new SessionKey(ByteBuffer.wrap(hash));
  }

  /// Reads what [#value] wrote.
  ///
  /// @throws IllegalArgumentException for anything else
  public static SessionKey parse(String value) {
    return of(Base64.getUrlDecoder().decode(value));
  }

  /// The hash itself: 32 octets.
  public byte[] octets() {
    var bytes = ByteBuffer.allocate(LENGTH);
    return bytes.putLong(first).putLong(second).putLong(third).putLong(fourth).array();
  }

  /// As a text: base64url, 43 characters.
  public String value() {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(octets());
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof SessionKey that
        && first == that.first
        && second == that.second
        && third == that.third
        && fourth == that.fourth;
  }

  /// Any part of a hash is as good as the other.
  @Override
  public int hashCode() {
    return (int) first;
  }

  @Override
  public String toString() {
    return "SessionKey[" + value() + "]";
  }
}
