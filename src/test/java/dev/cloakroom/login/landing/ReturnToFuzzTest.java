package dev.cloakroom.login.landing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.cloakroom.house.Case;
import dev.cloakroom.house.Proves;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.util.Locale;

/// No address that passes leaves the origin, whoever reads it.
///
/// To a browser, what begins with one slash and no second one, of either kind, stays on the origin
/// of the page: the URL Standard knows no other way out of the "path absolute" states. A space, a
/// tab or a line end, which it would strip first, must not be left.
class ReturnToFuzzTest {
  private final ReturnTo returnTo =
      new ReturnTo(path -> path.startsWith("/api/") || path.startsWith("/auth/"));

  @FuzzTest
  @Proves("AZ-06")
  @Case("T20")
  void noAddressLeavesTheOrigin(byte[] bytes) {
    returnTo.check(new String(bytes, UTF_8)).ifPresent(this::check);
  }

  private void check(String address) {
    assertThat(address).matches("/(?!/)[!-~&&[^\\\\]]*").hasSizeLessThanOrEqualTo(2048);
    assertThat(returnTo.check(address)).as("checked again").contains(address);
    var path = address.split("[?#]", 2)[0];
    staysHere(path);
    staysHere(decoded(path));
    staysHere(decoded(decoded(path)));
  }

  private static void staysHere(String path) {
    assertThat(path).matches("/(?!/)[^\\\\\\x00-\\x1f\\x7f]*");
    var resolved = resolved(path);
    assertThat(resolved).doesNotStartWith("//");
    assertThat(resolved).doesNotStartWith("/api/").doesNotStartWith("/auth/");
  }

  private static String decoded(String path) {
    return QueryStringDecoder.decodeComponent(
        path.replace("+", "%2B").replaceAll("%(?![0-9A-Fa-f]{2})", "%25"));
  }

  /// Dot segments taken out, as any server does it.
  private static String resolved(String path) {
    var kept = new java.util.ArrayDeque<String>();
    var segments = path.substring(1).split("/", -1);
    for (var i = 0; i < segments.length; i++) {
      var segment = segments[i].toLowerCase(Locale.ROOT).replace("%2e", ".");
      if (segment.equals("..")) {
        kept.pollLast();
      } else if (!segment.equals(".")) {
        kept.addLast(segments[i]);
      }
    }
    return "/" + String.join("/", kept);
  }
}
