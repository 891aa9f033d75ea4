package dev.cloakroom.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.crypto.TlsFiles;
import dev.cloakroom.house.Proves;
import dev.cloakroom.proxy.Route;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// The certificate that tokens are bound to goes to upstreams by itself.
class BoundTokensTest {
  private static final String YAML =
      """
      version: 1
      server: {public_url: https://app.example.com}
      providers:
        main:
          issuer: https://id.example.com
          client_id: spa
          client_auth: tls_client_auth
          tls: {certificate: main.crt, key: main.key}
          certificate_bound_tokens: true
        free:
          issuer: https://free.example.com
          client_id: spa
          client_auth: tls_client_auth
          tls: {certificate: free.crt, key: free.key}
          callback: own
      routes:
        - {path: /any/**, upstream: "https://a"}
        - {path: /ca/**, upstream: "https://a", tls: {ca: ca.crt}}
        - {path: /own/**, upstream: "https://a", tls: {certificate: free.crt, key: free.key}}
        - {path: /plain/**, upstream: "http://a"}
        - {path: /free/**, upstream: "https://a", require: {provider: free}}
        - {path: /none/**, upstream: "https://a", token: none}
        - {path: /open/**, upstream: "https://a", access: anonymous}
        - {path: /exchange/**, upstream: "https://a", token: {exchange: {audience: x}}}
        - {path: /client/**, upstream: "https://a", token: {client: {provider: main}}}
        - {path: /client-free/**, upstream: "https://a", token: {client: {provider: free}}}
      """;

  private static Map<String, Optional<TlsFiles>> filesOfRoutes() {
    var environment = new PaperEnvironment().file("c.yaml", YAML).file("ca.crt", "");
    for (var name : List.of("main", "free")) {
      environment.file(name + ".crt", "").file(name + ".key", "");
    }
    var loaded = (Loaded.Ready) ConfigLoader.load(List.of(Path.of("c.yaml")), environment);
    return loaded.config().routes().stream()
        .collect(Collectors.toMap(Route::path, route -> route.upstream().tls()));
  }

  private static Optional<TlsFiles> files(Optional<String> ca, String own) {
    return Optional.of(
        new TlsFiles(
            ca.map(Path::of),
            Optional.of(new TlsFiles.KeyPair(Path.of(own + ".crt"), Path.of(own + ".key")))));
  }

  @Test
  @Proves("MTLS-03")
  void aRouteShowsWhatItsTokensAreBoundTo() {
    var bound = files(Optional.empty(), "main");
    assertThat(filesOfRoutes())
        .containsOnly(
            Map.entry("/any/**", bound),
            Map.entry("/ca/**", files(Optional.of("ca.crt"), "main")),
            Map.entry("/own/**", files(Optional.empty(), "free")),
            Map.entry("/plain/**", Optional.empty()),
            Map.entry("/free/**", Optional.empty()),
            Map.entry("/none/**", Optional.empty()),
            Map.entry("/open/**", Optional.empty()),
            Map.entry("/exchange/**", bound),
            Map.entry("/client/**", bound),
            Map.entry("/client-free/**", Optional.empty()));
  }
}
