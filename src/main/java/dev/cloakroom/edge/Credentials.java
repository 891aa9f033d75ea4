package dev.cloakroom.edge;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.cloakroom.crypto.Secret;
import dev.cloakroom.dpop.Proofs;
import dev.cloakroom.jose.ProofKey;
import dev.cloakroom.oidc.AccessToken;
import dev.cloakroom.oidc.TokenTarget;
import dev.cloakroom.proxy.Credential;
import dev.cloakroom.session.Session;
import dev.cloakroom.session.SessionId;
import dev.cloakroom.token.ClientTokens;
import dev.cloakroom.token.RouteTokens.OfClient;
import dev.cloakroom.token.TokenKeeper;
import dev.cloakroom.token.TokenOutcome;
import io.netty.util.AsciiString;
import io.vertx.core.Future;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The access tokens of a session, and those of the gateway itself, as the forwarder sees them:
/// without the session.
///
/// @spec https://www.rfc-editor.org/rfc/rfc6750#section-2.1 RFC 6750, 2.1
/// @spec https://www.rfc-editor.org/rfc/rfc9449#section-7.1 RFC 9449, 7.1
final class Credentials {
  private static final byte[] BEARER = "Bearer ".getBytes(US_ASCII);
  private static final byte[] DPOP = "DPoP ".getBytes(US_ASCII);

  private final TokenKeeper keeper;
  private final ClientTokens clients;
  private final Proofs proofs;

  /// Takes what is known of the upstreams' proofs.
  Credentials(TokenKeeper keeper, ClientTokens clients, Proofs proofs) {
    this.keeper = keeper;
    this.clients = clients;
    this.proofs = proofs;
  }

  /// The login's own.
  Credential own(Request request, SessionId id, Session session) {
    return new Own(this, request, id, session);
  }

  /// The one `session` has for `target`.
  Credential targeted(
      Request request, SessionId id, Session session, TokenTarget target, AccessToken token) {
    return new Targeted(this, request, id, session, target, token);
  }

  /// One of the gateway itself.
  Credential client(Request request, OfClient client, AccessToken token) {
    return new Client(this, request, client, token);
  }

  /// In the octets that go out: a token is long, and every call has one.
  private static CharSequence authorization(Secret token, Optional<ProofKey> key) {
    return new AsciiString(token.revealBehind(key.isPresent() ? DPOP : BEARER), false);
  }

  private Credential.@Nullable Prover prover(Secret token, Optional<ProofKey> key) {
    return key.isPresent() ? new Bound(proofs, key.get(), token) : null;
  }

  /// Proofs for one token.
  private record Bound(Proofs proofs, ProofKey key, Secret token) implements Credential.Prover {
    @Override
    public String proof(String method, String origin, String path) {
      return proofs.make(key, method, origin, path, token);
    }

    @Override
    public void hear(String origin, String nonce) {
      proofs.hear(origin, nonce);
    }

    @Override
    public boolean mayRepeat(
        String origin, String error, @Nullable String nonce, @Nullable String date) {
      return proofs.mayRepeat(origin, error, nonce, date);
    }

    @Override
    public String toString() {
      return "Bound[hidden]";
    }
  }

  private static final class Own implements Credential {
    private final Credentials all;
    private final Request request;
    private final SessionId id;
    private final Session session;

    Own(Credentials all, Request request, SessionId id, Session session) {
      this.all = all;
      this.request = request;
      this.id = id;
      this.session = session;
    }

    @Override
    public CharSequence authorization() {
      return Credentials.authorization(session.tokens().access(), session.tokens().proofKey());
    }

    @Override
    public Credential.@Nullable Prover prover() {
      return all.prover(session.tokens().access(), session.tokens().proofKey());
    }

    @Override
    public Future<Optional<Credential>> renew() {
      return request.home(all.keeper.refreshNow(id, session)).map(this::renewed);
    }

    private Optional<Credential> renewed(TokenOutcome outcome) {
      return outcome instanceof TokenOutcome.Ready(var next)
              && !next.tokens().access().equals(session.tokens().access())
          ? Optional.of(new Own(all, request, id, next))
          : Optional.empty();
    }

    @Override
    public String toString() {
      return "Own[hidden]";
    }
  }

  private static final class Targeted implements Credential {
    private final Credentials all;
    private final Request request;
    private final SessionId id;
    private final Session session;
    private final TokenTarget target;
    private final AccessToken token;

    Targeted(
        Credentials all,
        Request request,
        SessionId id,
        Session session,
        TokenTarget target,
        AccessToken token) {
      this.all = all;
      this.request = request;
      this.id = id;
      this.session = session;
      this.target = target;
      this.token = token;
    }

    @Override
    public CharSequence authorization() {
      return Credentials.authorization(token.value(), token.proofKey());
    }

    @Override
    public Credential.@Nullable Prover prover() {
      return all.prover(token.value(), token.proofKey());
    }

    @Override
    public Future<Optional<Credential>> renew() {
      return request.home(all.keeper.refreshNow(id, session, target)).map(this::renewed);
    }

    private Optional<Credential> renewed(TokenOutcome outcome) {
      if (!(outcome instanceof TokenOutcome.Ready(var next))) {
        return Optional.empty();
      }
      return Optional.ofNullable(next.others().get(target))
          .filter(other -> !other.value().equals(token.value()))
          .map(other -> new Targeted(all, request, id, next, target, other));
    }

    @Override
    public String toString() {
      return "Targeted[hidden]";
    }
  }

  private record Client(Credentials all, Request request, OfClient client, AccessToken token)
      implements Credential {
    @Override
    public CharSequence authorization() {
      return Credentials.authorization(token.value(), token.proofKey());
    }

    @Override
    public Credential.@Nullable Prover prover() {
      return all.prover(token.value(), token.proofKey());
    }

    @Override
    public Future<Optional<Credential>> renew() {
      return request.home(all.clients.renew(client, token)).map(this::renewed);
    }

    private Optional<Credential> renewed(ClientTokens.Outcome outcome) {
      return outcome instanceof ClientTokens.Outcome.Ready(var next)
              && !next.value().equals(token.value())
          ? Optional.of(new Client(all, request, client, next))
          : Optional.empty();
    }

    @Override
    public String toString() {
      return "Client[hidden]";
    }
  }
}
