package dev.cloakroom.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.Case;
import dev.cloakroom.world.RawClient;
import dev.cloakroom.world.World;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Whatever a stranger's request says of itself, a call is answered with 401: as a page to a tab,
/// as JSON to everybody else, and never with a redirect.
class StrangersTest {

  @RegisterExtension final World world = new World();

  private static List<String> field(String name, String... values) {
    return List.of(values).stream()
        .map(value -> value.isEmpty() ? "" : name + ": " + value + "\r\n")
        .toList();
  }

  @Test
  @Case({"T80", "T81"})
  void aStrangersCallIs401WhateverItSaysOfItself() {
    var modes = field("Sec-Fetch-Mode", "", "navigate", "cors", "same-origin", "no-cors");
    var dests = field("Sec-Fetch-Dest", "", "document", "empty", "iframe", "image");
    var accepts = field("Accept", "", "text/html", "application/json", "*/*");
    var withs = field("X-Requested-With", "", "XMLHttpRequest");
    var tried = 0;
    try (var client = RawClient.to(world.gateway().port())) {
      for (var method : List.of("GET", "HEAD", "POST")) {
        for (var mode : modes) {
          for (var dest : dests) {
            for (var accept : accepts) {
              for (var with : withs) {
                check(client, method, mode + dest + accept + with);
                tried++;
              }
            }
          }
        }
      }
    }
    assertThat(tried).isEqualTo(600);
    assertThat(world.upstream().calls()).isEmpty();
  }

  private void check(RawClient client, String method, String fields) {
    client.sends(
        method
            + " /api/orders HTTP/1.1\nHost: localhost:"
            + world.gateway().port()
            + "\n"
            + (method.equals("POST") ? "Content-Length: 0\n" : "")
            + fields
            + "\n");
    var answer = method.equals("HEAD") ? client.answerToHead() : client.answer();
    assertThat(answer.status()).as(fields).isEqualTo(401);
    assertThat(answer.names())
        .as(fields)
        .doesNotContain("location", "set-cookie", "www-authenticate");
    assertThat(answer.value("Cache-Control")).isEqualTo("no-store");
    assertThat(answer.value("Content-Type"))
        .as(fields)
        .startsWith(isForATab(fields) ? "text/html" : "application/problem+json");
  }

  private static boolean isForATab(String fields) {
    if (fields.contains("Sec-Fetch-")) {
      return !fields.matches("(?s).*Mode: (?!navigate).*")
          && !fields.matches("(?s).*Dest: (?!document).*");
    }
    return fields.contains("text/html") && !fields.contains("X-Requested-With");
  }
}
