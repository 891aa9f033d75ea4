package dev.cloakroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.world.AskingProxy;
import dev.cloakroom.world.Caddy;
import dev.cloakroom.world.RawMessage;
import java.util.regex.Pattern;

/// Behind a real Caddy.
///
/// @spec https://caddyserver.com/docs/caddyfile/directives/reverse_proxy reverse_proxy
class CaddyVerifyIT extends AskingProxyContract {
  private static final Pattern SITE = Pattern.compile("(?s)^[^\n]* \\{\n(.*)}\\s*$");

  @Override
  String name() {
    return "caddy";
  }

  @Override
  AskingProxy starts(String lines) {
    var site = SITE.matcher(lines);
    assertThat(site.matches()).isTrue();
    return Caddy.serves(site.group(1));
  }

  /// What belongs to no handler ends at Caddy, with an empty answer.
  @Override
  void isBarred(RawMessage answer) {
    assertThat(answer.text()).isNotEqualTo("ok");
  }
}
