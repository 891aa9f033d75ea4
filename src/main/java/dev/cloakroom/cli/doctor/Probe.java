package dev.cloakroom.cli.doctor;

import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/// Connections with a time limit on every step, answers of at most 1 MiB, no redirect followed.
final class Probe {
  private static final long LONGEST_BODY = 1 << 20;

  private final Duration patience;

  Probe(Duration patience) {
    this.patience = patience;
  }

  sealed interface Fetched {
    /// An answer, whatever its status.
    record Answer(int status, Optional<String> date, Optional<String> location, Buffer body)
        implements Fetched {
      @Override
      public String toString() {
        return "Answer[" + status + "]";
      }
    }

    record Failed(Trouble trouble) implements Fetched {}
  }

  Fetched get(URI uri) throws InterruptedException {
    return get(uri, Optional.empty());
  }

  /// The same with authorities of its own.
  Fetched get(URI uri, Optional<SSLContext> trust) throws InterruptedException {
    var builder = HttpClient.newBuilder().connectTimeout(patience).followRedirects(Redirect.NEVER);
    trust.ifPresent(builder::sslContext);
    var client = builder.build();
    try {
      var request =
          HttpRequest.newBuilder(uri)
              .timeout(patience)
              .header("Accept", "application/json")
              .header("User-Agent", "Cloakroom")
              .build();
      var body = BodyHandlers.limiting(BodyHandlers.ofByteArray(), LONGEST_BODY);
      return answer(
          client.sendAsync(request, body).get(patience.toMillis() * 2, TimeUnit.MILLISECONDS));
    } catch (ExecutionException e) {
      return new Fetched.Failed(Trouble.of(e.getCause() instanceof Exception cause ? cause : e));
    } catch (TimeoutException e) {
      return new Fetched.Failed(new Trouble("no complete answer in time", ""));
    } catch (IllegalArgumentException e) {
      return new Fetched.Failed(new Trouble("this is no address to call", ""));
    } finally {
      client.shutdownNow();
    }
  }

  private static Fetched answer(HttpResponse<byte[]> response) {
    var headers = response.headers();
    return new Fetched.Answer(
        response.statusCode(),
        headers.firstValue("Date"),
        headers.firstValue("Location"),
        Buffer.buffer(response.body()));
  }

  /// A connection, over TLS after a complete handshake with a check of the host's name.
  Socket connect(URI uri, boolean secure, int defaultPort, Optional<SSLContext> trust)
      throws IOException, GeneralSecurityException {
    var host = uri.getHost().replaceAll("^\\[|]$", "");
    int port = uri.getPort() >= 0 ? uri.getPort() : defaultPort;
    var plain = new Socket();
    try {
      plain.connect(new InetSocketAddress(host, port), (int) patience.toMillis());
      plain.setSoTimeout((int) patience.toMillis());
      return secure ? secured(plain, host, port, trust) : plain;
    } catch (IOException | GeneralSecurityException | RuntimeException e) {
      plain.close();
      throw e;
    }
  }

  private static Socket secured(Socket plain, String host, int port, Optional<SSLContext> trust)
      throws IOException, GeneralSecurityException {
    var context = trust.isPresent() ? trust.get() : SSLContext.getDefault();
    var socket = (SSLSocket) context.getSocketFactory().createSocket(plain, host, port, true);
    var parameters = socket.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    socket.setSSLParameters(parameters);
    socket.startHandshake();
    return socket;
  }
}
