// Starts a gateway once and asks it, so that the JVM can write down which classes a start needs
// (JEP 514).
//
//   java src/training/Training.java FILE COMMAND …
//
// COMMAND starts the gateway with the settings in FILE, which is written here. What it meets is
// here as well, on loopback: a provider that says where its endpoints are, and a Redis. Classes
// that are not met now are read from the jar, checked and linked at every start, and their lambdas
// are made then; kept, they take a third of the memory.
import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

final class Training {
  private static final int PATIENCE = 60; // seconds for all of it
  private static final Duration ANSWER = Duration.ofSeconds(5);
  private static final Pattern READY =
      Pattern.compile("gateway\\.ready public_url=(\\S+) .*management=(\\S+)");
  private static final List<String> PROBES = List.of("/livez", "/readyz", "/metrics");
  private static final List<String> PATHS =
      List.of("/", "/auth/session", "/auth/login", "/api/", "/auth/callback");
  private static final List<String[]> BROWSERS =
      List.of(
          new String[] {"Sec-Fetch-Site", "same-origin", "Sec-Fetch-Mode", "cors"},
          new String[] {
            "Sec-Fetch-Site", "none", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "document"
          });

  public static void main(String[] args) throws Exception {
    var world = new World();
    Thread.ofPlatform().daemon().start(world::serve);
    Files.writeString(Path.of(args[0]), world.settings());
    var gateway =
        new ProcessBuilder(List.of(args).subList(1, args.length)).redirectErrorStream(true).start();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> end(gateway)));
    var attending = Thread.ofPlatform().daemon().start(() -> attend(gateway, world));
    boolean ended = gateway.waitFor(PATIENCE, TimeUnit.SECONDS);
    attending.join(ANSWER);
    System.exit(ended ? gateway.exitValue() : 1);
  }

  /** With the JVM that writes for it. */
  private static void end(Process gateway) {
    gateway.descendants().forEach(ProcessHandle::destroyForcibly);
    gateway.destroyForcibly();
  }

  /** Repeats what the gateway says; asks it and ends it once it is ready. */
  private static void attend(Process gateway, World world) {
    for (var line : (Iterable<String>) gateway.inputReader().lines()::iterator) {
      System.out.println(line);
      var ready = READY.matcher(line);
      if (ready.find()) {
        world.awaitMet();
        for (var path : PROBES) ask("http://" + ready.group(2) + path, BROWSERS.getFirst());
        for (var path : PATHS) for (var browser : BROWSERS) ask(ready.group(1) + path, browser);
        gateway.toHandle().destroy(); // politely, so that the JVM writes; and goes on listening
      }
    }
  }

  private static void ask(String url, String[] headers) {
    try (var client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
      client.send(
          HttpRequest.newBuilder(URI.create(url)).timeout(ANSWER).headers(headers).build(),
          BodyHandlers.discarding());
    } catch (IOException | InterruptedException e) {
      System.out.println(url + ": " + e);
    }
  }

  /** A provider and a Redis at one port: which of them is meant, the first byte tells. */
  private static final class World {
    private final ServerSocket listening =
        new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
    private final CountDownLatch provider = new CountDownLatch(1);
    private final CountDownLatch redis = new CountDownLatch(1);
    private volatile OutputStream subscriber = OutputStream.nullOutputStream();

    World() throws IOException {}

    String settings() {
      return """
          version: 1
          server:
            public_url: http://localhost:8080
            host: 127.0.0.1
            port: 0
            management:
              port: 0
          session:
            store: redis
            redis:
              url: redis://127.0.0.1:%1$d
            encryption_keys:
              - %2$s
          providers:
            main:
              issuer: http://127.0.0.1:%1$d
              client_id: training
              client_secret: training
              scopes: [openid]
          routes:
            - path: /api/**
              upstream: http://127.0.0.1:%1$d
          """
          .formatted(listening.getLocalPort(), "A".repeat(43) + "=");
    }

    /** Waits until the gateway has found both. */
    void awaitMet() {
      try {
        boolean _ = provider.await(ANSWER.toSeconds(), TimeUnit.SECONDS);
        boolean _ = redis.await(ANSWER.toSeconds(), TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }

    void serve() {
      while (true) {
        try {
          var socket = listening.accept();
          Thread.ofPlatform().daemon().start(() -> serve(socket));
        } catch (IOException e) {
          throw new IllegalStateException(e);
        }
      }
    }

    private void serve(Socket socket) {
      try (socket) {
        var in = new BufferedInputStream(socket.getInputStream());
        in.mark(1);
        boolean commands = in.read() == '*';
        in.reset();
        while (true) {
          if (commands) command(in, socket.getOutputStream());
          else request(in, socket.getOutputStream());
        }
      } catch (IOException e) {
        // it has left
      }
    }

    private void request(InputStream in, OutputStream out) throws IOException {
      while (!line(in).isEmpty()) {}
      var issuer = "http://127.0.0.1:" + listening.getLocalPort();
      var metadata =
          """
          {"issuer": "%1$s", "authorization_endpoint": "%1$s/auth", "token_endpoint": "%1$s/token", "jwks_uri": "%1$s/jwks",
           "userinfo_endpoint": "%1$s/me", "end_session_endpoint": "%1$s/end", "revocation_endpoint": "%1$s/revoke",
           "response_types_supported": ["code"], "subject_types_supported": ["public"], "scopes_supported": ["openid"],
           "id_token_signing_alg_values_supported": ["RS256"], "code_challenge_methods_supported": ["S256"],
           "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
           "token_endpoint_auth_signing_alg_values_supported": ["RS256"]}
          """
              .formatted(issuer);
      say(
          out,
          "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
              .formatted(metadata.length(), metadata));
      provider.countDown();
    }

    private void command(InputStream in, OutputStream out) throws IOException {
      var words = new String[number(line(in))];
      for (int i = 0; i < words.length; i++) {
        words[i] = new String(in.readNBytes(number(line(in))), ISO_8859_1);
        line(in);
      }
      switch (words[0].toUpperCase()) {
        case "HELLO" -> say(out, "%2\r\n$6\r\nserver\r\n$5\r\nredis\r\n$5\r\nproto\r\n:3\r\n");
        case "SUBSCRIBE" -> {
          for (int i = 1; i < words.length; i++)
            say(out, ">3\r\n$9\r\nsubscribe\r\n" + bulk(words[i]) + ":" + i + "\r\n");
          subscriber = out;
        }
        case "EVAL" -> { // the beat, which comes round; or another that finds nothing
          if (words[1].contains("PUBLISH")) {
            say(
                subscriber,
                ">3\r\n$7\r\nmessage\r\n"
                    + bulk(words[words.length - 2])
                    + bulk(words[words.length - 1]));
            redis.countDown();
          }
          say(out, "*1\r\n$4\r\ndone\r\n");
        }
        default -> say(out, "+OK\r\n");
      }
    }

    private static String bulk(String text) {
      return "$" + text.length() + "\r\n" + text + "\r\n";
    }

    private static int number(String line) {
      return Integer.parseInt(line.substring(1));
    }

    private static String line(InputStream in) throws IOException {
      var text = new StringBuilder();
      for (int next = in.read(); next != '\n'; next = in.read()) {
        if (next < 0) throw new IOException("it has left");
        if (next != '\r') text.append((char) next);
      }
      return text.toString();
    }

    private static void say(OutputStream out, String text) throws IOException {
      synchronized (out) {
        out.write(text.getBytes(ISO_8859_1));
      }
    }
  }
}
