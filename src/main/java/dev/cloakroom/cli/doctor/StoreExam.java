package dev.cloakroom.cli.doctor;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.cloakroom.crypto.Secret;
import dev.cloakroom.session.redis.RedisSettings;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/// Talks to each server of a Redis: does it answer, does it know us, is it what it should be?
///
/// @spec https://redis.io/docs/latest/develop/reference/protocol-spec/ Redis serialization protocol
final class StoreExam {
  private static final int PORT = 6379;
  private static final int LONGEST_LINE = 512;

  private final Probe probe;
  private final RedisSettings settings;
  private final List<Symptom> seen = new ArrayList<>();

  private StoreExam(Probe probe, RedisSettings settings) {
    this.probe = probe;
    this.settings = settings;
  }

  static List<Symptom> of(Probe probe, RedisSettings settings) {
    var exam = new StoreExam(probe, settings);
    settings.urls().forEach(exam::server);
    return exam.seen;
  }

  private void server(URI url) {
    var where = "store " + url.getScheme() + "://" + url.getHost() + ":" + port(url);
    try (var socket = probe.connect(url, isSecure(url), PORT, trust())) {
      seen.add(ask(where, socket));
    } catch (IOException | GeneralSecurityException e) {
      var trouble = Trouble.of(e);
      seen.add(Symptom.fault(where, trouble.text(), trouble.remedy()));
    }
  }

  private static int port(URI url) {
    return url.getPort() >= 0 ? url.getPort() : PORT;
  }

  private static boolean isSecure(URI url) {
    return url.getScheme().toLowerCase(Locale.ROOT).equals("rediss");
  }

  private Optional<SSLContext> trust() throws IOException, GeneralSecurityException {
    return settings.ca().isPresent()
        ? Optional.of(Trust.in(settings.ca().get()))
        : Optional.empty();
  }

  private Symptom ask(String where, Socket socket) throws IOException {
    var in =
        new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8), LONGEST_LINE);
    var out = socket.getOutputStream();
    if (settings.password().isPresent()) {
      var answer = authenticate(out, in, settings.password().get());
      if (answer.startsWith("-")) {
        return Symptom.fault(
            where,
            "it refuses the password (" + code(answer) + ")",
            "session.redis.password, user");
      }
    }
    send(out, "PING");
    var answer = line(in);
    if (answer.startsWith("-NOAUTH")) {
      return Symptom.fault(where, "it wants a password", "write session.redis.password");
    }
    if (answer.startsWith("-")) {
      return Symptom.fault(where, "it answers " + code(answer), "what does its log say?");
    }
    return answer.equals("+PONG")
        ? settings.mode() == RedisSettings.Mode.SENTINEL
            ? master(where, out, in)
            : Symptom.good(where, "it answers")
        : Symptom.fault(where, "this is no Redis", "is the port right?");
  }

  private String authenticate(OutputStream out, BufferedReader in, Secret password)
      throws IOException {
    send(out, "AUTH", settings.user().orElse("default"), password.reveal());
    return line(in);
  }

  private Symptom master(String where, OutputStream out, BufferedReader in) throws IOException {
    var master = settings.master().orElse("");
    send(out, "SENTINEL", "get-master-addr-by-name", master);
    var answer = line(in);
    return answer.startsWith("*2")
        ? Symptom.good(where, "it knows the master " + master)
        : Symptom.fault(
            where,
            "it knows no master '" + master + "'",
            "session.redis.sentinel_master, or the mode");
  }

  private static void send(OutputStream out, String... words) throws IOException {
    var command = new StringBuilder("*" + words.length + "\r\n");
    for (var word : words) {
      command
          .append('$')
          .append(word.getBytes(UTF_8).length)
          .append("\r\n")
          .append(word)
          .append("\r\n");
    }
    out.write(command.toString().getBytes(UTF_8));
    out.flush();
  }

  /// One line, so long as it is short: what is longer is no Redis.
  private static String line(BufferedReader in) throws IOException {
    var line = new StringBuilder();
    int next = in.read();
    while (next >= 0 && next != '\n' && line.length() < LONGEST_LINE) {
      line.append((char) next);
      next = in.read();
    }
    return line.toString().strip();
  }

  /// The first word of an error: the rest may repeat what was sent.
  private static String code(String answer) {
    return answer.substring(1).replaceFirst("[^A-Z].*", "");
  }
}
