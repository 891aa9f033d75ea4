package dev.cloakroom.crypto;

/// Seals bytes so that only this gateway can open them: AES-256-GCM under the first key of a ring;
/// any key of the ring opens. `context` names what is sealed and is bound into it, so that a value
/// sealed for one purpose opens for no other.
///
/// @spec https://www.rfc-editor.org/rfc/rfc5116#section-5.2 RFC 5116, 5.2
public interface Sealer {
  byte[] seal(byte[] plain, String context);

  Opened open(byte[] sealed, String context);

  /// What came of opening something.
  sealed interface Opened {
    /// What was sealed.
    final class Plain implements Opened {
      private final byte[] bytes;

      public Plain(byte[] bytes) {
        this.bytes = bytes;
      }

      public byte[] bytes() {
        return bytes;
      }
    }

    /// Sealed under a key that is not in the ring.
    record UnknownKey() implements Opened {}

    /// Not sealed by us, for another context, or altered.
    record Broken() implements Opened {}
  }
}
