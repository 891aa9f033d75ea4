package dev.cloakroom.config;

import dev.cloakroom.config.shape.Section;
import dev.cloakroom.config.shape.Section.Setting;
import dev.cloakroom.config.text.Environment;
import dev.cloakroom.config.text.Findings;
import io.netty.util.NetUtil;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// What must agree in `server`.
final class ServerChecks {
  private static final int SHORTEST_SECRET = 32;

  private final FileChecks files;
  private final Findings findings;

  ServerChecks(Environment environment, Findings findings) {
    this.files = new FileChecks(environment, findings);
    this.findings = findings;
  }

  void server(Section server) {
    server.written(ServerKeys.INSECURE_HTTP).filter(Setting::value).ifPresent(this::insecure);
    server
        .find(ServerKeys.TLS_KEY)
        .ifPresent(
            tls -> {
              pair(tls);
              tls.find(ServerKeys.FURTHER).orElse(List.of()).forEach(this::pair);
            });
    server
        .setting(ServerKeys.TRUSTED_PROXIES)
        .ifPresent(
            proxies ->
                proxies.value().stream()
                    .filter(network -> !isNetwork(network))
                    .forEach(
                        network ->
                            findings.error(
                                proxies.place(),
                                "bad-network",
                                "'" + network + "' is not a network",
                                "write it like 10.0.0.0/8 or fd00::/8")));
    server
        .written(ServerKeys.H2C)
        .filter(h2c -> h2c.value() && server.find(ServerKeys.TLS_KEY).isPresent())
        .ifPresent(this::h2c);
    server.find(ServerKeys.MANAGEMENT_KEY).ifPresent(this::management);
    ports(server);
  }

  /// Where browsers find a front end.
  void publicUrl(Section server) {
    boolean insecure = server.find(ServerKeys.INSECURE_HTTP).orElse(false);
    server.setting(ServerKeys.PUBLIC_URL).ifPresent(url -> publicUrl(url, insecure));
    server
        .setting(ServerKeys.PUBLIC_URL)
        .ifPresent(url -> server.find(ServerKeys.TLS_KEY).ifPresent(tls -> covered(url, tls)));
  }

  private void pair(Section pair) {
    pair.setting(ServerKeys.CERTIFICATE).ifPresent(files::readable);
    pair.setting(ServerKeys.PRIVATE_KEY).ifPresent(files::readable);
  }

  /// Whoever may ask `/auth/verify` is given tokens.
  void verify(Section server, Section auth) {
    var verify = auth.setting(ServerKeys.VERIFY_KEY).filter(key -> key.value().isPresent());
    var proxies = server.find(ServerKeys.TRUSTED_PROXIES);
    verify
        .filter(_ -> proxies.filter(List::isEmpty).isPresent())
        .ifPresent(
            key ->
                findings.error(
                    key.place(),
                    "no-proxy",
                    "verify needs server.trusted_proxies",
                    "name the proxies that may ask"));
    verify
        .flatMap(key -> key.value())
        .flatMap(section -> section.setting(ServerKeys.VERIFY_SECRET))
        .filter(secret -> secret.value().reveal().length() < SHORTEST_SECRET)
        .ifPresent(
            secret ->
                findings.error(
                    secret.place(),
                    "short-secret",
                    "the secret of verify has less than 32 characters",
                    "`cloakroom keygen` makes one"));
  }

  private void publicUrl(Setting<URI> url, boolean insecure) {
    if (!Origins.isBare(url.value())) {
      findings.error(
          url.place(),
          "bad-origin",
          "public_url is an origin, without a path",
          "write " + Origins.of(url.value()));
    }
    boolean plain = url.value().getScheme().equals("http");
    if (plain && !insecure && !Origins.isLoopback(url.value().getHost())) {
      findings.error(
          url.place(),
          "plain-http",
          "public_url must be https, but on loopback",
          "browsers drop the session cookie on plain http");
    }
  }

  /// What cannot be read has a finding already, or is no certificate, which the start says.
  private void covered(Setting<URI> url, Section tls) {
    var names =
        Stream.concat(Stream.of(tls), tls.find(ServerKeys.FURTHER).stream().flatMap(List::stream))
            .flatMap(pair -> pair.find(ServerKeys.CERTIFICATE).stream())
            .map(files::certificate)
            .toList();
    var host = url.value().getHost().replaceAll("[\\[\\]]", "");
    if (names.stream().allMatch(Optional::isPresent)
        && names.stream().flatMap(Optional::stream).noneMatch(name -> name.covers(host))) {
      findings.warning(
          url.place(),
          "certificate-host",
          "no certificate of server.tls is for " + host,
          "browsers refuse it; add one to server.tls.further");
    }
  }

  private void insecure(Setting<Boolean> key) {
    findings.warning(key.place(), "insecure", "plain http is accepted for public_url", "");
  }

  private void h2c(Setting<Boolean> key) {
    findings.error(
        key.place(),
        "contradiction",
        "h2c is HTTP/2 without TLS, and tls is set",
        "remove one; over TLS there is http2");
  }

  static boolean isNetwork(String network) {
    int slash = network.indexOf('/');
    var address = slash < 0 ? network : network.substring(0, slash);
    var bytes = NetUtil.createByteArrayFromIpAddressString(address);
    if (bytes == null) {
      return false;
    }
    var bits = slash < 0 ? "0" : network.substring(slash + 1);
    return bits.matches("\\d{1,3}") && Integer.parseInt(bits) <= bytes.length * 8;
  }

  private void management(Section management) {
    var host = management.setting(ServerKeys.MANAGEMENT_HOST);
    boolean open =
        management.find(ServerKeys.MANAGEMENT_TOKEN).filter(t -> t.isEmpty()).isPresent();
    host.filter(h -> open && !Origins.isLoopback(h.value()))
        .ifPresent(
            h ->
                findings.error(
                    h.place(),
                    "management-token",
                    "the management port is open to " + h.value() + " without a token",
                    "set server.management.token, or host: 127.0.0.1"));
  }

  private void ports(Section server) {
    var own = server.setting(ServerKeys.PORT);
    var managed =
        server.find(ServerKeys.MANAGEMENT_KEY).flatMap(m -> m.setting(ServerKeys.MANAGEMENT_PORT));
    if (own.isPresent()
        && managed.isPresent()
        && own.get().value() != 0
        && own.get().value().equals(managed.get().value())) {
      findings.error(
          own.get().byDefault() ? managed.get().place() : own.get().place(),
          "contradiction",
          "server.port and server.management.port are the same",
          "give each its own");
    }
  }
}
