package dev.cloakroom.attack;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.attack.Corpus.Sample;
import dev.cloakroom.proxy.Route;
import dev.cloakroom.world.Nginx;
import dev.cloakroom.world.RawClient;
import dev.cloakroom.world.RawMessage;
import dev.cloakroom.world.RawUpstream;
import dev.cloakroom.world.RouteDraft;
import dev.cloakroom.world.World;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The same bytes through nginx and through the gateway. Where the two do not do the same, a line
/// in `attack/beside-nginx.tsv` says why; a difference without a line is a failure, and so is a
/// line without a difference.
class BesideNginxIT {
  /// Follows each sample on its connection, and ends it: what is left of a sample in front of it
  /// would swallow it, or be a request too many.
  private static final String NEXT =
      "GET /next HTTP/1.1\r\nHost: AUTHORITY\r\nConnection: close\r\n\r\n";

  /// Set by the gateway on every request, or by the connection that a proxy makes.
  private static final Set<String> OWN =
      Set.of(
          "x-forwarded-for", "x-forwarded-proto", "x-forwarded-host", "traceparent", "connection");

  private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] (\\d{3}) ");

  private final RawUpstream behindUs = answering();
  private final RawUpstream behindNginx = answering();

  @RegisterExtension
  final World world =
      new World(
          config ->
              config.routes(
                  new RouteDraft("/**")
                      .access(Route.Access.ANONYMOUS)
                      .token(Route.TokenKind.NONE)
                      .upstream(behindUs.uri())));

  private static RawUpstream answering() {
    return RawUpstream.plays(
        line -> {
          for (var it = line.readsRequest(); it != null; it = line.readsRequest()) {
            line.says(
                "HTTP/1.1 200 OK\nContent-Length: 2\n\n"
                    + (it.method().equals("HEAD") ? "" : "ok"));
          }
        });
  }

  @AfterEach
  void close() {
    behindUs.close();
    behindNginx.close();
  }

  @Test
  void everyDifferenceIsExplained() {
    var samples = Corpus.samples();
    assertThat(samples).hasSizeGreaterThan(300);
    var found = new TreeMap<String, List<String>>();
    try (var nginx =
        Nginx.serves(
            """
            location / {
              proxy_pass %s;
              proxy_http_version 1.1;
              proxy_request_buffering off;
            }
            """
                .formatted(behindNginx.uri()))) {
      for (var sample : samples) {
        var theirs = sees(nginx.port(), behindNginx, sample);
        var ours = sees(world.gateway().port(), behindUs, sample);
        var difference = difference(theirs, ours);
        if (!difference.isEmpty()) {
          found
              .computeIfAbsent(sample.family() + "\t" + difference, _ -> new ArrayList<>())
              .add(escaped(sample.bytes()));
        }
      }
    }
    var explained = explanations();
    assertThat(listed(found, explained.keySet())).as("differences nobody explains").isEmpty();
    assertThat(explained.keySet())
        .as("explanations of nothing")
        .allSatisfy(key -> assertThat(found).containsKey(key));
    assertThat(explained.values()).allSatisfy(why -> assertThat(why).hasSizeGreaterThan(20));
  }

  private static String listed(Map<String, List<String>> found, Set<String> explained) {
    return found.entrySet().stream()
        .filter(entry -> !explained.contains(entry.getKey()))
        .map(entry -> entry.getKey() + "\t(" + String.join(" ¦ ", entry.getValue()) + ")\n")
        .collect(Collectors.joining());
  }

  /// What came of one sample.
  ///
  /// @param answers the status codes that the client was given
  /// @param next whether the request behind it arrived
  private record Seen(List<String> answers, List<RawMessage> requests, boolean next) {}

  private static Seen sees(int port, RawUpstream upstream, Sample sample) {
    var bytes =
        (sample.bytes() + NEXT)
            .replace("AUTHORITY", "localhost:" + port)
            .replace("PORT", Integer.toString(port));
    var answers = new ArrayList<String>();
    try (var client = RawClient.to(port)) {
      client.sendsExactly(bytes);
      var matcher = STATUS.matcher(client.readsToTheEnd());
      while (matcher.find()) {
        answers.add(matcher.group(1));
      }
    }
    var requests = new ArrayList<RawMessage>();
    var next = false;
    while (upstream.waiting() > 0) {
      var request = upstream.received();
      next |= request.target().equals("/next");
      if (!request.target().equals("/next")) {
        requests.add(request);
      }
    }
    return new Seen(answers, requests, next);
  }

  /// What differs, theirs before ours; empty where nothing does.
  private static String difference(Seen theirs, Seen ours) {
    var parts = new ArrayList<String>();
    if (!theirs.answers.equals(ours.answers)) {
      parts.add("answers %s / %s".formatted(words(theirs.answers), words(ours.answers)));
    }
    if (theirs.requests.size() != ours.requests.size() || theirs.next != ours.next) {
      parts.add("arrives %s / %s".formatted(arrived(theirs), arrived(ours)));
    } else {
      for (var i = 0; i < ours.requests.size(); i++) {
        compare(theirs.requests.get(i), ours.requests.get(i), parts);
      }
    }
    return String.join("; ", parts);
  }

  private static String words(List<String> all) {
    return all.isEmpty() ? "nothing" : String.join(" ", all);
  }

  private static String arrived(Seen seen) {
    var sample = seen.requests.size() == 1 ? "it" : seen.requests.size() + " of it";
    return seen.requests.isEmpty()
        ? seen.next ? "next only" : "nothing"
        : sample + (seen.next ? " and next" : "");
  }

  private static void compare(RawMessage theirs, RawMessage ours, List<String> parts) {
    if (!theirs.startLine().equals(ours.startLine())) {
      parts.add("%s / %s".formatted(theirs.startLine(), ours.startLine()));
    }
    var their = fields(theirs);
    var our = fields(ours);
    var names = new TreeSet<>(their.keySet());
    names.addAll(our.keySet());
    for (var name : names) {
      var one = their.get(name);
      var other = our.get(name);
      if (other == null) {
        parts.add("without " + name);
      } else if (one == null) {
        parts.add("with " + name);
      } else if (!one.equals(other)) {
        parts.add("another " + name);
      }
    }
    if (!theirs.text().equals(ours.text())) {
      parts.add("another body");
    }
  }

  /// By name; less what every request through the gateway has, and with `Host` said to be the
  /// upstream's where it is.
  private static Map<String, List<String>> fields(RawMessage request) {
    var fields = new LinkedHashMap<String, List<String>>();
    for (var name : request.names()) {
      if (!OWN.contains(name) || request.values(name).size() > 1) {
        var values =
            request.values(name).stream()
                .filter(value -> !(name.equals("via") && value.matches("1\\.[01] cloakroom")))
                .map(
                    value ->
                        name.equals("host") ? value.replaceAll("127\\.0\\.0\\.1:\\d+", "U") : value)
                .toList();
        if (!values.isEmpty()) {
          fields.put(name.toLowerCase(Locale.ROOT), values);
        }
      }
    }
    return fields;
  }

  private static Map<String, String> explanations() {
    try (var file = BesideNginxIT.class.getResourceAsStream("/attack/beside-nginx.tsv")) {
      assertThat(file).isNotNull();
      var explanations = new LinkedHashMap<String, String>();
      new String(file.readAllBytes(), UTF_8)
          .lines()
          .filter(line -> !line.startsWith("#") && !line.isBlank())
          .map(line -> line.split("\t", 3))
          .forEach(parts -> explanations.put(parts[0] + "\t" + parts[1], parts[2]));
      return explanations;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// As Java would write it, and not too long.
  private static String escaped(String bytes) {
    var text = new StringBuilder();
    for (var b : bytes.getBytes(ISO_8859_1)) {
      var c = (char) (b & 0xff);
      text.append(
          switch (c) {
            case '\r' -> "\\r";
            case '\n' -> "\\n";
            default -> c < ' ' || c > '~' ? "\\x%02x".formatted((int) c) : String.valueOf(c);
          });
    }
    return text.length() > 160 ? text.substring(0, 160) + "…" : text.toString();
  }
}
