package dev.cloakroom.wire;

import static dev.cloakroom.wire.RouteSketch.route;

import dev.cloakroom.world.RawClient;
import dev.cloakroom.world.RawUpstream;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// A relay before one upstream, which answers as a test says. Below `/small` it takes no large
/// bodies. A field of a test, registered as an extension.
final class OneTarget implements AfterEachCallback {
  private RawUpstream upstream = RawUpstream.ok();
  private Relay relay = open();

  private Relay open() {
    return Relay.with(
        route("/api/**", upstream.uri()), route("/small/**", upstream.uri()).takesAtMost(20_000));
  }

  Relay relay() {
    return relay;
  }

  RawUpstream upstream() {
    return upstream;
  }

  void plays(RawUpstream.Script script) {
    becomes(RawUpstream.plays(script));
  }

  void answers(String answer) {
    becomes(RawUpstream.answers(answer));
  }

  private void becomes(RawUpstream another) {
    close();
    upstream = another;
    relay = open();
  }

  RawClient posts(String fields, String body) {
    return relay
        .client()
        .sends("POST /api/x HTTP/1.1\nHost: a\n" + fields + "\n")
        .sendsExactly(body);
  }

  RawClient gets() {
    return relay.client().sends("GET /api/x HTTP/1.1\nHost: a\n\n");
  }

  private void close() {
    relay.close();
    upstream.close();
  }

  @Override
  public void afterEach(ExtensionContext context) {
    close();
  }
}
