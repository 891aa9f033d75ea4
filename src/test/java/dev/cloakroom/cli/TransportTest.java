package dev.cloakroom.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloakroom.config.ConfigLoader;
import dev.cloakroom.config.Loaded;
import dev.cloakroom.config.text.Environment;
import io.vertx.core.transport.Transport;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TransportTest {
  @SuppressWarnings("FieldCanBeFinal") // JUnit fills it
  @TempDir
  private Path folder = Path.of("");

  private Loaded.Ready configured(String transport) throws Exception {
    var file =
        Files.writeString(
            folder.resolve("cloakroom.yaml"),
            """
            version: 1
            server: {public_url: http://localhost, host: 127.0.0.1, port: 0, transport: %s, management: {port: 0}}
            providers: {main: {issuer: http://127.0.0.1:1, client_id: a, client_secret: b}}
            routes: [{path: /api/**, upstream: http://127.0.0.1:1}]
            """
                .formatted(transport));
    return (Loaded.Ready) ConfigLoader.load(List.of(file), Environment.system());
  }

  private static String sessionAt(int port) throws Exception {
    try (var client = HttpClient.newHttpClient()) {
      var request =
          HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/auth/session"))
              .header("X-CSRF", "1")
              .build();
      return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"native", "nio"})
  void everyTransportServes(String transport) throws Exception {
    try (var running = GatewayProcess.start(configured(transport), _ -> {})) {
      assertThat(sessionAt(running.gateway().port())).contains("\"authenticated\":false");
    }
  }

  @Test
  void ioUringServesWhereTheSystemAllowsItAndElseSaysSo() throws Exception {
    var ready = configured("io_uring");
    if (!Transport.IO_URING.available()) {
      assertThatThrownBy(() -> GatewayProcess.start(ready, _ -> {}))
          .isInstanceOf(UserError.class)
          .hasMessageContaining("server.transport")
          .hasMessageContaining("write native");
      return;
    }
    try (var running = GatewayProcess.start(ready, _ -> {})) {
      assertThat(sessionAt(running.gateway().port())).contains("\"authenticated\":false");
    }
  }
}
