package dev.cloakroom.world;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class NginxTest {
  @Test
  void servesWhatItIsTold() {
    try (var nginx =
            Nginx.serves(
                """
                map $arg_x $answer { default none; y why; }
                ---
                location / { return 200 $answer; }
                """);
        var client = RawClient.to(nginx.port())) {
      client.sends("GET /?x=y HTTP/1.1\nHost: nginx\n\n");
      assertThat(client.answer().text()).isEqualTo("why");
    }
  }
}
