package dev.cloakroom.world;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.observe.Event;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/// Searches everything that left the gateway for everything that must not.
///
/// @param secrets tokens, codes, verifiers and client secrets
/// @param cookies values of the gateway's cookies, which may stand in `Set-Cookie` only
record Leaks(Collection<String> secrets, Collection<String> cookies) {
  void search(List<Exchanges.Received> received, List<String> log, Collection<Event> events) {
    received.forEach(
        answer ->
            assertThat(found(readable(answer), true))
                .as("secrets in the answer to %s", answer.request())
                .isEmpty());
    log.forEach(line -> assertThat(found(line, true)).as("secrets in the log: %s", line).isEmpty());
    events.forEach(
        event ->
            assertThat(found(event.toString(), true))
                .as("secrets in the event %s", event)
                .isEmpty());
  }

  /// All of an answer, but for what a browser has to get: its cookies, and the one standard
  /// exception, the ID token in the address of the provider's logout page.
  private String readable(Exchanges.Received answer) {
    var head =
        answer
            .head()
            .lines()
            .filter(line -> !isOurCookie(line))
            .filter(line -> !isLogoutPage(answer, line))
            .collect(Collectors.joining("\n"));
    var cookies =
        answer.head().lines().filter(Leaks::isOurCookie).collect(Collectors.joining("\n"));
    assertThat(found(cookies, false)).as("tokens in a cookie: %s", answer.request()).isEmpty();
    return head + "\n" + answer.body();
  }

  private static boolean isOurCookie(String line) {
    return line.toLowerCase(java.util.Locale.ROOT).startsWith("set-cookie:");
  }

  private static boolean isLogoutPage(Exchanges.Received answer, String line) {
    return answer.request().equals("GET /auth/logout/continue")
        && line.toLowerCase(java.util.Locale.ROOT).startsWith("location:");
  }

  private List<String> found(String text, boolean cookiesToo) {
    var found = new ArrayList<>(secrets.stream().filter(text::contains).toList());
    if (cookiesToo) {
      cookies.stream()
          .filter(value -> value.length() > 8 && text.contains(value))
          .forEach(found::add);
    }
    return found;
  }
}
