package dev.cloakroom.login.landing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.Case;
import dev.cloakroom.house.Proves;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

@Proves({"AZ-06", "AZ-07"})
class ReturnToTest {
  private static final String ORIGIN = "https://app.test";

  private final ReturnTo returnTo =
      new ReturnTo(path -> path.startsWith("/api/") || path.startsWith("/auth/"));

  private static List<String> corpus(String name) {
    try (var lines = ReturnToTest.class.getResourceAsStream("/login/" + name)) {
      return new String(Objects.requireNonNull(lines).readAllBytes(), UTF_8)
          .lines()
          .filter(line -> !line.startsWith("#"))
          .map(line -> (String) Json.decodeValue(line.substring(line.indexOf('\t') + 1)))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> refused() {
    return corpus("refused-return-addresses.txt");
  }

  private static List<String> accepted() {
    return corpus("accepted-return-addresses.txt");
  }

  /// What a browser makes of each address on a page of ours: its origin and the rest.
  private static JsonArray browserReads(List<String> addresses) throws Exception {
    var script =
        "const u=JSON.parse(require('fs').readFileSync(0,'utf8')).map(a=>{"
            + "try{const u=new URL(a,'"
            + ORIGIN
            + "/deep/page?q#f');return [u.origin,u.href.slice(u.origin.length)]}"
            + "catch(e){return ['invalid','']}});"
            + "process.stdout.write(JSON.stringify(u))";
    var node = new ProcessBuilder("node", "-e", script).redirectErrorStream(true).start();
    try (var input = node.getOutputStream()) {
      input.write(new JsonArray(addresses).encode().getBytes(UTF_8));
    }
    return new JsonArray(new String(node.getInputStream().readAllBytes(), UTF_8));
  }

  @Test
  void whatMayLeaveTheOriginIsRefused() {
    assertThat(refused())
        .hasSizeGreaterThan(250)
        .allSatisfy(address -> assertThat(returnTo.check(address)).as(address).isEmpty());
  }

  @Test
  void aHarmlessPathIsWrittenAsABrowserWritesIt() throws Exception {
    var addresses = accepted();
    var read = browserReads(addresses);
    for (int i = 0; i < addresses.size(); i++) {
      assertThat(read.getJsonArray(i).getString(0)).as(addresses.get(i)).isEqualTo(ORIGIN);
      assertThat(returnTo.check(addresses.get(i)))
          .as(addresses.get(i))
          .contains(trimmed(addresses.get(i), read.getJsonArray(i).getString(1)));
    }
  }

  /// A browser drops a space at the end of what it parses; we keep it, encoded. A query set apart
  /// by `?` alone, and an empty fragment, stay.
  private static String trimmed(String address, String read) {
    return address.endsWith(" ") ? read + "%20" : read;
  }

  @Test
  @Case({"T20", "T22"})
  void everythingThatPassesStaysOnOurOrigin() throws Exception {
    List<String> passed = new ArrayList<>();
    for (var address : refused()) {
      var once = URLEncoder.encode(address.replaceAll("\\p{Cs}", ""), UTF_8).replace("+", "%20");
      for (var variant :
          List.of(
              once,
              "/" + once,
              "/" + once.replace("%", "%25"),
              "/" + address,
              "/a/../" + address,
              "/a" + address,
              "/?" + address,
              "/#" + address)) {
        returnTo.check(variant).ifPresent(passed::add);
      }
    }
    accepted().forEach(address -> returnTo.check(address).ifPresent(passed::add));
    assertThat(passed).hasSizeGreaterThan(200);
    var read = browserReads(passed);
    for (int i = 0; i < passed.size(); i++) {
      var address = passed.get(i);
      assertThat(read.getJsonArray(i).getString(0)).as(address).isEqualTo(ORIGIN);
      assertThat(read.getJsonArray(i).getString(1)).as(address).isEqualTo(address);
      assertThat(address).matches("/([^/\\\\].*)?").matches("[!-~]+");
      assertThat(returnTo.check(address)).as("checked twice").contains(address);
    }
  }

  @Test
  void theLimitCountsWhatIsSent() {
    assertThat(returnTo.check("/" + "a".repeat(2047))).isPresent();
    assertThat(returnTo.check("/" + "a".repeat(2048))).isEmpty();
    assertThat(returnTo.check("/#" + "a".repeat(2047))).isEmpty();
    assertThat(returnTo.check("/" + "é".repeat(342))).isEmpty(); // six characters each
    assertThat(returnTo.check("/" + "x".repeat(10_000_000))).isEmpty();
  }

  @Test
  void sessionRoutesAreNoPages() {
    assertThat(returnTo.check("/api/orders")).isEmpty();
    assertThat(returnTo.check("/apis")).contains("/apis");
    assertThat(returnTo.check("/?x=/api/orders")).contains("/?x=/api/orders");
  }
}
