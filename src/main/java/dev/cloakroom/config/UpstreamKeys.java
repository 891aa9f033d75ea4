package dev.cloakroom.config;

import static dev.cloakroom.config.shape.Words.choice;
import static dev.cloakroom.config.shape.Words.duration;
import static dev.cloakroom.config.shape.Words.text;
import static dev.cloakroom.config.shape.Words.url;

import dev.cloakroom.config.shape.Key;
import dev.cloakroom.config.shape.Section;
import dev.cloakroom.config.shape.Shape.Group;
import dev.cloakroom.config.shape.Shape.Many;
import dev.cloakroom.config.shape.Shape.Many.Alone;
import dev.cloakroom.upstream.HealthCheck;
import dev.cloakroom.upstream.Protocol;
import dev.cloakroom.upstream.Upstream;
import java.net.URI;
import java.time.Duration;
import java.util.List;

/// The keys of a route that say where its calls go.
final class UpstreamKeys {
  private static final Duration MILLISECOND = Duration.ofMillis(1);

  static final Key<List<URI>> UPSTREAM =
      Key.required(
          "upstream",
          new Many<>(url("http", "https"), Alone.ONE_ITEM),
          "https://orders:8443",
          "Where calls go: a URL, or a list of them; of several, the one with the fewest calls under"
              + " way is next.");

  static final Key<Protocol> PROTOCOL =
      Key.of(
              "protocol",
              choice(Protocol.class),
              "What is spoken to the upstream. `http2`: by ALPN over TLS, without TLS with prior"
                  + " knowledge; for gRPC. WebSockets take HTTP/1.1 all the same.")
          .or("http1");

  static final Key<String> PATH =
      Key.required(
          "path",
          text("a path", "/[A-Za-z0-9._~!$&'()*+,;=:@%/?-]*", "like /healthz"),
          "/healthz",
          "Asked with GET, without credentials, at the target's root; 200 to 399 is a yes.");
  static final Key<Duration> INTERVAL =
      Key.of("interval", duration(Duration.ofSeconds(1)), "How often.").or("10s");
  static final Key<Duration> TIMEOUT =
      Key.of("timeout", duration(MILLISECOND), "No answer in this time is a no.").or("2s");
  static final Key<Section> HEALTH_KEY =
      Key.of(
          "health",
          Group.of(PATH, INTERVAL, TIMEOUT),
          "Ask every target how it is: after two failed checks it gets no calls until one succeeds.");

  static final Key<Section> TLS_KEY =
      Key.of(
          "tls",
          TlsKeys.GROUP,
          "For https targets, whose certificate and name are always checked; the files are read again"
              + " when they change.");

  private UpstreamKeys() {}

  static Upstream upstream(Section route) {
    return new Upstream(
        route.get(UPSTREAM),
        route.get(PROTOCOL),
        route.find(HEALTH_KEY).map(UpstreamKeys::health),
        route.find(TLS_KEY).flatMap(TlsKeys::files));
  }

  private static HealthCheck health(Section health) {
    return new HealthCheck(health.get(PATH), health.get(INTERVAL), health.get(TIMEOUT));
  }
}
