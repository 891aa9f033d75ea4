package dev.cloakroom.world;

import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// An API that remembers what reached it. It answers with the target it saw, never with a token.
public final class Upstream implements AutoCloseable {
  /// One request that reached the upstream. `kind` is `http` or `websocket`.
  ///
  /// @param thumbprint of the certificate that was shown; empty: none
  public record Call(
      String kind,
      String method,
      String target,
      MultiMap headers,
      Buffer body,
      Optional<String> thumbprint) {
    /// How the token is sent.
    public String scheme() {
      return String.join(",", headers.getAll("Authorization")).replaceFirst(" .*", "");
    }

    public String bearer() {
      var field = headers.getAll("Authorization");
      return field.size() == 1
          ? field.getFirst().replaceFirst("^(Bearer|DPoP) ", "")
          : field.toString();
    }
  }

  private final List<String> complaints = new CopyOnWriteArrayList<>();
  private volatile @Nullable ProofGuard proofs;
  private volatile @Nullable ScriptedProvider issuer;
  private final HttpServer server;
  private final List<Call> calls = new CopyOnWriteArrayList<>();
  private final Deque<Fault> next = new ArrayDeque<>();

  private final boolean secure;
  private volatile Function<String, Optional<String>> confirmations = _ -> Optional.empty();

  private Upstream(Vertx vertx, Optional<Secured> tls) {
    secure = tls.isPresent();
    server =
        vertx
            .createHttpServer(
                tls.map(Secured::options)
                    .orElseGet(HttpServerOptions::new)
                    .setMaxHeaderSize(64 * 1024)
                    .setMaxInitialLineLength(64 * 1024))
            .requestHandler(this::receive)
            .webSocketHandler(this::receive);
    Waiting.on(server.listen(0, "127.0.0.1"));
  }

  public static Upstream start(Vertx vertx) {
    return start(vertx, Optional.empty());
  }

  /// One that speaks TLS and asks for certificates.
  public static Upstream start(Vertx vertx, Optional<Secured> tls) {
    return new Upstream(vertx, tls);
  }

  public URI url() {
    return URI.create((secure ? "https" : "http") + "://127.0.0.1:" + server.actualPort());
  }

  /// From now on a token is taken only with the certificate it is bound to.
  ///
  /// @param bound what each token is bound to; nothing: it is not taken
  /// @spec https://www.rfc-editor.org/rfc/rfc8705#section-3 RFC 8705, 3
  public void checksCertificates(Function<String, Optional<String>> bound) {
    confirmations = token -> Optional.of(bound.apply(token).orElse("unbound"));
  }

  private void receive(ServerWebSocket socket) {
    var call =
        new Call(
            "websocket", "GET", socket.uri(), socket.headers(), Buffer.buffer(), Optional.empty());
    calls.add(call);
    var _ = refusal(call, MultiMap.caseInsensitiveMultiMap());
    socket.textMessageHandler(text -> socket.writeTextMessage("echo " + text));
  }

  private void receive(HttpServerRequest request) {
    request.exceptionHandler(_ -> {});
    request.response().exceptionHandler(_ -> {});
    request
        .body()
        .onSuccess(
            body -> {
              var call =
                  new Call(
                      "http",
                      request.method().name(),
                      request.uri(),
                      request.headers(),
                      body,
                      Secured.shown(request.connection()).map(Secured::thumbprint));
              calls.add(call);
              var bound = confirmations.apply(call.bearer());
              if (bound.isPresent() && !bound.equals(call.thumbprint())) {
                request.response().putHeader("WWW-Authenticate", "Bearer error=\"invalid_token\"");
                ProviderServer.send(request, 401, "the token is bound to another certificate");
              } else {
                refusal(call, request.response().headers())
                    .ifPresentOrElse(error -> refuse(request, error), () -> answer(request));
              }
            });
  }

  private static void refuse(HttpServerRequest request, String error) {
    request
        .response()
        .putHeader("WWW-Authenticate", "dpop error=\"" + error + "\", algs=\"ES256\"");
    ProviderServer.send(request, 401, "");
  }

  private void answer(HttpServerRequest request) {
    Fault fault;
    synchronized (next) {
      fault = next.poll();
    }
    switch (fault) {
      case null -> {
        if (request.path() != null && request.path().endsWith("/stream")) {
          stream(request);
        } else {
          echo(request);
        }
      }
      case Fault.Answer(int status, Map<String, String> fields, String body) -> {
        fields.forEach(
            (name, values) ->
                values.lines().forEach(value -> request.response().headers().add(name, value)));
        ProviderServer.send(request, status, body);
      }
      case Fault.Wait(var gate) -> gate.onComplete(_ -> echo(request));
      case Fault.Hang() -> {}
      case Fault.Drop(), Fault.LoseAnswer(), Fault.Flood(_) -> {
        var _ = request.connection().close();
      }
    }
  }

  private static void echo(HttpServerRequest request) {
    request.response().putHeader("Content-Type", "application/json");
    ProviderServer.send(
        request,
        200,
        new JsonObject()
            .put("method", request.method().name())
            .put("target", request.uri())
            .toString());
  }

  /// Says one thing and goes on for ever.
  private static void stream(HttpServerRequest request) {
    var response = request.response().putHeader("Content-Type", "text/event-stream");
    response.setChunked(true);
    var _ = response.write("data: first\n\n");
  }

  /// Takes tokens of `provider` only where the proof beside them is right, and made with the key
  /// they are bound to. Answers a nonce with everything, when the guard wants them.
  public void checksProofs(ScriptedProvider provider, ProofGuard guard) {
    issuer = provider;
    proofs = guard;
  }

  /// What was wrong with proofs so far.
  public List<String> complaints() {
    return List.copyOf(complaints);
  }

  /// How a call is refused; empty: it is not.
  private Optional<String> refusal(Call call, MultiMap answer) {
    var guard = proofs;
    var provider = issuer;
    if (guard == null || provider == null) {
      return Optional.empty();
    }
    var path = call.target().replaceFirst("[?].*", "");
    var verdict =
        guard.check(call.method(), url() + path, call.headers().getAll("DPoP"), call.bearer());
    if (guard.givesNonces()) {
      answer.set("DPoP-Nonce", guard.nonce());
    }
    return switch (verdict) {
      case ProofGuard.Verdict.Good(var thumbprint)
          when call.scheme().equals("DPoP") && thumbprint.equals(provider.keyOf(call.bearer())) ->
          Optional.empty();
      case ProofGuard.Verdict.Good(var thumbprint) -> {
        complaints.add("not the key of the token: " + thumbprint);
        yield Optional.of("invalid_token");
      }
      case ProofGuard.Verdict.Stale() -> Optional.of("use_dpop_nonce");
      case ProofGuard.Verdict.Untimely() -> {
        answer.set("Date", guard.date());
        yield Optional.of("invalid_dpop_proof");
      }
      case ProofGuard.Verdict.Wrong(var what) -> {
        complaints.add(what);
        yield Optional.of("invalid_dpop_proof");
      }
    };
  }

  /// Misbehaves at the next calls, once per given fault.
  public void nextAnswers(Fault... faults) {
    synchronized (next) {
      next.addAll(List.of(faults));
    }
  }

  public List<Call> calls() {
    return List.copyOf(calls);
  }

  public Call last() {
    return calls.getLast();
  }

  @Override
  public void close() {
    Waiting.on(server.close());
  }
}
