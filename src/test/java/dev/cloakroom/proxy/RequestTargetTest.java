package dev.cloakroom.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.Proves;
import dev.cloakroom.proxy.RequestTarget.Accepted;
import dev.cloakroom.proxy.RequestTarget.Refused;
import org.junit.jupiter.api.Test;

class RequestTargetTest {
  @Test
  @Proves("PX-20")
  void acceptedPathsAreTheBytesThatCame() {
    assertThat(RequestTarget.parse("/")).isEqualTo(new Accepted("/", null, false));
    assertThat(RequestTarget.parse("/a/%E2%82%AC?"))
        .isEqualTo(new Accepted("/a/%E2%82%AC", "", false));
    assertThat(RequestTarget.parse("/a%2Fb?c=/../d"))
        .isEqualTo(new Accepted("/a%2Fb", "c=/../d", true));
  }

  @Test
  void anAbsoluteFormNeedsAnAuthorityOfOurOwn() {
    assertThat(RequestTarget.parse("http://a.example/x?y", "a.example"::equals))
        .isEqualTo(new Accepted("/x", "y", false));
    assertThat(RequestTarget.parse("HTTPS://a.example?y", "a.example"::equals))
        .isEqualTo(new Accepted("/", "y", false));
    assertThat(RequestTarget.parse("http://b.example/x", "a.example"::equals))
        .isEqualTo(new Refused("foreign authority"));
    assertThat(RequestTarget.parse("http://a.example@b.example/", "a.example"::equals))
        .isEqualTo(new Refused("foreign authority"));
    assertThat(RequestTarget.parse("http://a.example/x/../y", "a.example"::equals))
        .isInstanceOf(Refused.class);
    assertThat(RequestTarget.parse("ftp://a.example/", _ -> true)).isInstanceOf(Refused.class);
    assertThat(RequestTarget.parse("a.example:443", _ -> true)).isInstanceOf(Refused.class);
  }

  /// Every single encoded byte: it passes only where all servers agree on what it means.
  @Test
  @Proves("PX-20")
  void eachEncodedByteIsDecidedOn() {
    for (var b = 0; b < 256; b++) {
      var target = "/x/a%%%02X".formatted(b);
      var c = (char) b;
      var refused =
          b < 0x20
              || b >= 0x7f
              || c == '\\'
              || c == '-'
              || c == '.'
              || c == '_'
              || Character.isLetterOrDigit(c);
      assertThat(RequestTarget.parse(target) instanceof Refused).as(target).isEqualTo(refused);
    }
  }

  /// Every single plain byte, in a path.
  @Test
  @Proves("PX-20")
  void eachPlainByteIsDecidedOn() {
    for (var b = 0; b < 256; b++) {
      var target = "/x/a" + (char) b + "b";
      var refused = b <= 0x20 || b >= 0x7f || "#%;\\".indexOf(b) >= 0;
      assertThat(RequestTarget.parse(target) instanceof Refused).as(target).isEqualTo(refused);
    }
  }
}
