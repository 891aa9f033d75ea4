package dev.cloakroom.proxy;

import io.vertx.core.Future;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What the gateway puts into `Authorization` of a forwarded request, and, where the token is bound
/// to a key, what it puts beside it.
public interface Credential {
  /// The whole field value, such as `Bearer …`. Never logged. One that is no `String` has been
  /// checked to be fit for a field.
  CharSequence authorization();

  /// Makes the proofs that go with it; null for a token that needs none.
  default @Nullable Prover prover() {
    return null;
  }

  /// Another credential after the upstream refused this one as `invalid_token`; asked at most once
  /// per call, and only where the request can be replayed. Empty: pass the 401 on.
  Future<Optional<Credential>> renew();

  /// Proves to upstreams that the gateway holds the key a token is bound to. How, and with which
  /// key, is its own business.
  ///
  /// @spec https://www.rfc-editor.org/rfc/rfc9449#section-7 RFC 9449, 7
  interface Prover {
    /// The value of `DPoP` for one request, which no other request can use. Never logged.
    ///
    /// @param origin scheme, host and port of the upstream, as it knows itself
    /// @param path without the query
    String proof(String method, String origin, String path);

    /// Takes note of the nonce that an answer brought.
    void hear(String origin, String nonce);

    /// Whether a request that was refused may do with another proof.
    ///
    /// @param error what the upstream calls the trouble
    /// @param date what time it says it is
    boolean mayRepeat(String origin, String error, @Nullable String nonce, @Nullable String date);
  }
}
