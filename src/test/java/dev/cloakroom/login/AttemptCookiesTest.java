package dev.cloakroom.login;

import static dev.cloakroom.login.LoginScene.parameters;
import static dev.cloakroom.login.LoginScene.signedIn;
import static dev.cloakroom.world.Waiting.on;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.crypto.KeyRingSealer;
import dev.cloakroom.house.Proves;
import dev.cloakroom.login.LoginScene.Started;
import dev.cloakroom.session.FrontEnd;
import dev.cloakroom.session.SessionId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// The cookie that an attempt lies in: sealed, small, and of use once.
class AttemptCookiesTest {
  private final LoginScene login = new LoginScene();

  @Test
  @Proves({"CK-07", "PKCE-06", "STATE-03"})
  void theCookieIsSealedAndShowsNothing() {
    var started = login.starts("return_to", "/secret-place");
    var cookie = started.redirect().attempt();
    assertThat(cookie.name()).matches("__Host-Http-login-[A-Za-z0-9_-]{6}");
    assertThat(cookie.value()).matches("[A-Za-z0-9_-]+").doesNotContain(started.sent("state"));
    var done = login.returns(started, "code", "c");
    assertThat(done).isInstanceOf(LoginOutcome.SignedIn.class);
    var verifier = login.main.redeemed().getFirst().verifier().value();
    var bytes = new String(Base64.getUrlDecoder().decode(cookie.value()), ISO_8859_1);
    assertThat(bytes).doesNotContain("secret-place").doesNotContain(verifier);
    assertThat(cookie.value()).doesNotContain(verifier);
    assertThat(started.redirect().location()).doesNotContain(verifier);
  }

  @Test
  @Proves("CK-08")
  void aProviderThatPostsNeedsACookieThatCrossesSites() {
    assertThat(login.starts("provider", "other").redirect().attempt().crossSitePost()).isTrue();
    assertThat(login.starts("provider", "main").redirect().attempt().crossSitePost()).isFalse();
  }

  @Test
  @Proves({"CK-09", "CK-10"})
  void tenTabsFinishInReverseOrder() {
    List<Started> tabs = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      tabs.add(login.starts("return_to", "/orders/2030/january?tab=" + i + "#/positions/open"));
      assertThat(tabs.getLast().redirect().evicted()).isEmpty();
      login.clock.advance(Duration.ofSeconds(5));
    }
    assertThat(jarSize()).isLessThanOrEqualTo(4096);
    for (int i = 9; i >= 0; i--) {
      assertThat(signedIn(login.returns(tabs.get(i), "code", "c")).returnTo())
          .isEqualTo("/orders/2030/january?tab=" + i + "#/positions/open");
    }
    assertThat(login.jar).isEmpty();
  }

  @Test
  @Proves("CK-10")
  void tenTabsOfSomebodyLoggedInFitToo() {
    var current = Optional.of(SessionId.draw(FrontEnd.ONLY, login.entropy));
    for (int i = 0; i < 10; i++) {
      var redirect =
          (BeginOutcome.Redirect) login.begins(current, false, "return_to", "/orders/2030/january");
      assertThat(redirect.evicted()).isEmpty();
      login.jar.add(redirect.attempt());
    }
  }

  @Test
  @Proves("CK-10")
  void theOldestAttemptsGoFirst() {
    List<String> evicted = new ArrayList<>();
    List<Started> all = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      all.add(login.starts("return_to", "/" + "x".repeat(i * 20)));
      evicted.addAll(all.getLast().redirect().evicted());
      Collections.rotate(login.jar, 1); // the order of the header says nothing about age
      assertThat(jarSize()).isLessThanOrEqualTo(4096);
      login.clock.advance(Duration.ofSeconds(1));
    }
    assertThat(evicted)
        .isEqualTo(
            all.stream()
                .map(started -> started.redirect().attempt().name())
                .limit(evicted.size())
                .toList());
    assertThat(signedIn(login.returns(all.getLast(), "code", "c")).returnTo()).hasSize(981);
  }

  @Test
  @Proves({"CK-10", "CK-15"})
  void theLongestAttemptStillFits() {
    var longest =
        login.starts(
            "return_to", "/" + "x".repeat(2047),
            "acr_values", "a".repeat(256) + " " + "b".repeat(255));
    var cookie = longest.redirect().attempt();
    assertThat(cookie.name().length() + 1 + cookie.value().length()).isLessThanOrEqualTo(4096);
    assertThat(signedIn(login.returns(longest, "code", "c")).returnTo()).hasSize(2048);
  }

  @Test
  void whatDoesNotOpenAnyMoreIsCleanedUp() {
    login.jar.add(new AttemptCookie(AttemptCookie.PREFIX + "broken", "AAAA", false));
    login.jar.add(new AttemptCookie(AttemptCookie.PREFIX + "worse", "%%%", false));
    var stale = login.starts().redirect().attempt();
    login.clock.advance(Attempt.LIFE);
    assertThat(login.starts().redirect().evicted()).contains(stale.name());
    assertThat(login.jar).hasSize(1);
  }

  @Test
  @Proves({"STATE-03", "CK-07"})
  void noAlteredCookieOpens() {
    var started = login.starts();
    var cookie = login.jar.removeFirst();
    var sealed = Base64.getUrlDecoder().decode(cookie.value());
    for (int i = 0; i < sealed.length; i++) {
      var altered = sealed.clone();
      altered[i] ^= 1;
      var value = Base64.getUrlEncoder().withoutPadding().encodeToString(altered);
      login.jar.add(new AttemptCookie(cookie.name(), value, false));
      login.isMismatch(login.returns(started, "code", "c"));
      login.jar.clear();
    }
    login.jar.add(new AttemptCookie(AttemptCookie.PREFIX + "another", cookie.value(), false));
    login.isMismatch(login.returns(started, "code", "c"));
  }

  @Test
  void anotherGatewaysCookieOpensNothing() {
    var started = login.starts();
    var elsewhere = login.flow(KeyRingSealer.forThisProcess(login.entropy));
    var parameters = parameters("state", started.sent("state"), "code", "c");
    login.isMismatch(
        on(
            elsewhere.finish(
                new CallbackRequest(
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    parameters,
                    List.copyOf(login.jar)))));
  }

  private int jarSize() {
    return login.jar.stream().mapToInt(c -> c.name().length() + 1 + c.value().length() + 2).sum();
  }
}
