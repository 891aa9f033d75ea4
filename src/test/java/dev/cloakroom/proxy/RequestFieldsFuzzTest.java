package dev.cloakroom.proxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.cloakroom.house.Case;
import dev.cloakroom.house.Proves;
import dev.cloakroom.upstream.Upstream;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpVersion;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// Whatever fields a browser sends: what the gateway says reaches the upstream once and unaltered,
/// and nothing that looks like it beside it.
class RequestFieldsFuzzTest {
  private static final String OWN = "__Host-Http-session";

  /// What an upstream may take for the gateway's word, with `_` read as `-`.
  private static final Pattern RESERVED =
      Pattern.compile(
          "authorization|proxy-.*|dpop|forwarded|x-forwarded.*|te|trailer|transfer-encoding"
              + "|connection|keep-alive|upgrade|host|content-length|expect|traceparent|tracestate"
              + "|x-user|x-user-id|x-auth.*|x-remote-user|remote-user|x-real-ip|x-original-ur[li]"
              + "|x-rewrite-url|x-http-method-override|x-email|x-groups|x-badge");

  private static final Map<String, String> OURS =
      Map.of(
          "authorization", "Bearer genuine",
          "x-badge", "alice",
          "x-forwarded-for", "192.0.2.7",
          "x-forwarded-proto", "https",
          "x-forwarded-host", "app.test",
          "traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");

  private static final Credential GENUINE =
      new Credential() {
        @Override
        public String authorization() {
          return "Bearer genuine";
        }

        @Override
        public Future<Optional<Credential>> renew() {
          return Future.succeededFuture(Optional.empty());
        }
      };

  @FuzzTest
  @Proves({"PX-01", "PX-02", "PX-11"})
  @Case({"T70", "T74"})
  void nothingSpeaksForTheGatewayButTheGateway(byte[] bytes) {
    var from = fields(new String(bytes, ISO_8859_1));
    var to = HttpHeaders.headers();
    new RequestFields(Set.of("X-Badge"))
        .copy(from, to::add, forwarding(), HttpVersion.HTTP_1_1, GENUINE);
    OURS.forEach((name, value) -> assertThat(to.getAll(name)).as(name).containsExactly(value));
    assertThat(to.getAll("via")).endsWith("1.1 cloakroom");
    var nominated = nominated(from);
    for (var field : to) {
      var name = field.getKey().toLowerCase(Locale.ROOT).replace('_', '-');
      if (!OURS.containsKey(field.getKey().toLowerCase(Locale.ROOT))) {
        assertThat(name).doesNotMatch(RESERVED);
      }
      if (!OURS.containsKey(name) && !name.equals("via")) {
        assertThat(nominated).doesNotContain(field.getKey().toLowerCase(Locale.ROOT));
        assertThat(name.equals("cookie") || from.getAll(field.getKey()).contains(field.getValue()))
            .as(field.toString())
            .isTrue();
      }
      if (name.equals("cookie")) {
        assertThat(cookies(field.getValue())).doesNotContain(OWN);
      }
    }
  }

  /// `name: value` in each line; what is no field in HTTP is passed over.
  private static MultiMap fields(String lines) {
    var fields = HttpHeaders.headers();
    lines
        .lines()
        .forEach(
            line -> {
              var colon = line.indexOf(':');
              if (colon > 0 && line.substring(0, colon).matches("[!#$%&'*+.^_`|~0-9A-Za-z-]+")) {
                fields.add(line.substring(0, colon), value(line.substring(colon + 1)));
              }
            });
    return fields;
  }

  /// Without blanks at its ends and without controls, as the parser delivers it.
  private static String value(String raw) {
    return raw.replaceAll("[\\x00-\\x08\\x0a-\\x1f\\x7f]", "").replaceAll("^[ \\t]+|[ \\t]+$", "");
  }

  private static List<String> nominated(MultiMap from) {
    var names = new ArrayList<String>();
    for (var value : from.getAll("connection")) {
      for (var token : value.split(",", -1)) {
        names.add(token.replaceAll("^[ \\t]+|[ \\t]+$", "").toLowerCase(Locale.ROOT));
      }
    }
    return names;
  }

  /// The names in a `Cookie`, as a tolerant server reads them.
  private static List<String> cookies(String field) {
    return List.of(field.split(";", -1)).stream()
        .map(pair -> pair.split("=", 2)[0].strip())
        .toList();
  }

  private static Forwarding forwarding() {
    return new Forwarding(
        route(),
        "/",
        null,
        GENUINE,
        "192.0.2.7",
        "https",
        "app.test",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        OWN::equals,
        List.of(new Forwarding.Field("X-Badge", "alice")));
  }

  private static Route route() {
    return new Route(
        "/**",
        Upstream.of(URI.create("http://orders.test")),
        Optional.empty(),
        Optional.empty(),
        Route.Access.SESSION,
        Route.TokenKind.ACCESS_TOKEN,
        Set.of("GET"),
        Route.Csrf.AUTO,
        Route.Requirement.nothing(),
        Route.StepUps.TRANSLATE,
        true,
        new Route.Timeouts(Duration.ofSeconds(2), Duration.ofSeconds(30), Duration.ofSeconds(60)),
        Route.EncodedSlashes.REFUSE,
        Optional.empty(),
        0,
        Optional.empty(),
        Route.RateLimit.none(),
        false,
        Route.Identity.none(),
        new Route.WebSockets(true, false, Route.WebSockets.OnTokenExpiry.KEEP));
  }
}
