package dev.cloakroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.Proves;
import dev.cloakroom.house.RpCase;
import dev.cloakroom.observe.Event;
import dev.cloakroom.oidc.Hardening;
import dev.cloakroom.oidc.client.ClientAuth;
import dev.cloakroom.oidc.client.ClientAuth.Trust;
import dev.cloakroom.world.Browser;
import dev.cloakroom.world.PemFiles;
import dev.cloakroom.world.ProviderCall;
import dev.cloakroom.world.ScriptedProvider;
import dev.cloakroom.world.Secured;
import dev.cloakroom.world.TestKeys;
import dev.cloakroom.world.Waiting;
import dev.cloakroom.world.World;
import dev.cloakroom.world.WorldConfig;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// A gateway that shows a certificate: to the provider, which binds tokens to it, and to the API,
/// which looks for it.
class MutualTlsTest {
  private static final PemFiles SERVER = PemFiles.made();
  private static final PemFiles AUTHORITY = PemFiles.authority();
  private static final PemFiles OWN = AUTHORITY.issues("gateway");
  private static final PemFiles NEXT = AUTHORITY.issues("gateway-next");
  private static final PemFiles SOMEBODY = AUTHORITY.issues("somebody");
  private static final PemFiles STRANGER = PemFiles.authority().issues("gateway");

  private final PemFiles files = OWN.copied();

  @RegisterExtension final World world = new World(this::mutual);

  private WorldConfig mutual(WorldConfig config) {
    return config
        .secured(new Secured(SERVER, AUTHORITY), files)
        .provesItself(new ClientAuth.Certificate(Trust.AUTHORITY))
        .hardens(Hardening.usual().binding())
        .userinfo()
        .meets(
            provider -> {
              provider.takesPushedRequests();
              provider.takesCertificatesFor("gateway");
              provider.bindsTokens();
              provider.hasAliases();
            });
  }

  /// The gateway starts anew in front of a provider that is like this from the beginning.
  private void meets(java.util.function.UnaryOperator<WorldConfig> more) {
    world.restartsInPlace(more);
  }

  private List<ProviderCall> direct() {
    return Stream.of("par", "token", "userinfo", "revoke")
        .flatMap(endpoint -> world.provider().calls(endpoint).stream())
        .toList();
  }

  private Browser logsInCallsRefreshesAndLogsOut() {
    world.upstream().checksCertificates(world.provider()::confirmationOf);
    var alice = world.alice().logsIn();
    alice.fetches("/api/orders").answers(200);
    var first = world.upstream().last();
    assertThat(first.thumbprint()).contains(files.thumbprint());
    alice.posts("/auth/session/refresh").answers(200);
    alice.fetches("/api/orders").answers(200);
    assertThat(world.upstream().last().bearer()).isNotEqualTo(first.bearer());
    alice.logsOut();
    assertThat(alice.isLoggedIn()).isFalse();
    Waiting.until("both tokens are revoked", () -> world.provider().count("revoke") == 2);
    return alice;
  }

  @Test
  @Proves({"MTLS-01", "MTLS-02", "MTLS-03"})
  @RpCase("oidcc-client-test-mtls-endpoint-aliases")
  void aCertificateProvesTheGatewayWhereverItAsks() {
    logsInCallsRefreshesAndLogsOut();
    assertThat(direct())
        .hasSize(6)
        .allSatisfy(
            call -> {
              assertThat(call.thumbprint()).contains(OWN.thumbprint());
              assertThat(call.alias()).as(call.endpoint()).isTrue();
              assertThat(call.parameters().contains("client_secret")).isFalse();
              assertThat(call.parameters().contains("client_assertion")).isFalse();
            });
    assertThat(Stream.of("discovery", "jwks").flatMap(at -> world.provider().calls(at).stream()))
        .isNotEmpty()
        .allMatch(call -> !call.alias());
    assertThat(world.upstream().calls()).hasSize(2);
  }

  @Test
  @Proves("MTLS-01")
  void aCertificateThatIsRegisteredItselfDoesToo() {
    meets(
        config ->
            config
                .provesItself(new ClientAuth.Certificate(Trust.REGISTRATION))
                .meets(
                    provider -> {
                      provider.takesTheCertificate(OWN);
                      provider.bindsTokens();
                    }));
    logsInCallsRefreshesAndLogsOut();
  }

  @Test
  @Proves("MTLS-03")
  void aKeyMayProveTheGatewayWhereTheCertificateOnlyBinds() {
    var keys = TestKeys.ring(TestKeys.ec("ec-1"));
    meets(
        config ->
            config
                .provesItself(new ClientAuth.PrivateKeyJwt(keys, ClientAuth.Audience.ISSUER))
                .meets(provider -> provider.takesAssertionsUnder(keys.published())));
    logsInCallsRefreshesAndLogsOut();
    assertThat(direct()).allMatch(call -> call.alias() && call.thumbprint().isPresent());
  }

  @Test
  @Proves("MTLS-02")
  void withoutAnAliasAnEndpointIsWhereItAlwaysWas() {
    meets(
        config ->
            config.meets(
                provider ->
                    provider.spoilsMetadataToo(
                        document -> {
                          document.getJsonObject("mtls_endpoint_aliases").remove("token_endpoint");
                          return document;
                        })));
    logsInCallsRefreshesAndLogsOut();
    assertThat(direct())
        .allMatch(call -> call.thumbprint().isPresent())
        .allMatch(call -> call.alias() == !call.endpoint().equals("token"));
  }

  @Test
  @Proves("MTLS-01")
  void aCertificateOfSomebodyElseIsNoProof() {
    files.certificateBecomes(SOMEBODY);
    files.keyBecomes(SOMEBODY);
    meets(config -> config);
    var alice = world.alice();
    alice.startsLogin(alice.tab(), "/").shows(502, "provider_rejected");
    assertThat(world.provider().count("authorize")).isZero();
    assertThat(world.provider().violations())
        .containsExactly("par: tls_client_auth: no certificate, or another one");
    world.provider().forgives();
  }

  @Test
  @Proves("MTLS-01")
  void aCertificateOfAnotherAuthorityGetsNoConnection() {
    files.certificateBecomes(STRANGER);
    files.keyBecomes(STRANGER);
    meets(config -> config);
    var alice = world.alice();
    alice.startsLogin(alice.tab(), "/").shows(503, "provider_unavailable");
    assertThat(world.provider().count("par")).isZero();
  }

  @Test
  @Proves({"MTLS-03", "MTLS-04"})
  void aNewCertificateIsShownAtBothEndsAndNobodyLogsInAgain() {
    world.upstream().checksCertificates(world.provider()::confirmationOf);
    var alice = world.alice().logsIn();
    alice.fetches("/api/orders").answers(200);
    world.provider().takesTheCertificate(NEXT);
    files.certificateBecomes(NEXT); // not yet the key
    world.clock().advance(Duration.ofSeconds(2));
    Waiting.until("a refusal", () -> world.events(Event.CertificateRefused.class).size() == 1);
    alice.fetches("/api/orders").answers(200);
    assertThat(world.upstream().last().thumbprint()).contains(OWN.thumbprint());
    files.keyBecomes(NEXT);
    world.clock().advance(Duration.ofSeconds(2));
    Waiting.until(
        "the new certificate", () -> world.events(Event.CertificateReloaded.class).size() == 1);
    alice.fetches("/api/orders").answers(200);
    var last = world.upstream().last();
    assertThat(last.thumbprint()).contains(NEXT.thumbprint());
    assertThat(world.provider().confirmationOf(last.bearer())).contains(NEXT.thumbprint());
    assertThat(world.provider().count("token", "refresh_token")).isEqualTo(1);
    assertThat(alice.isLoggedIn()).isTrue();
  }

  @Test
  @Proves("MTLS-03")
  void anUpstreamTakesNoTokenOfSomebodyElsesCertificate() {
    world.upstream().checksCertificates(_ -> Optional.of(SOMEBODY.thumbprint()));
    var alice = world.alice().logsIn();
    alice.fetches("/api/orders").answers(401);
    assertThat(alice.isLoggedIn()).isTrue();
  }

  private void isUnusable(java.util.function.Consumer<ScriptedProvider> spoils, String problem) {
    meets(config -> config.meets(spoils));
    Waiting.until("a finding", () -> !world.events(Event.ProviderUnusable.class).isEmpty());
    assertThat(world.events(Event.ProviderUnusable.class).getLast().problem()).isEqualTo(problem);
    var alice = world.alice();
    assertThat(alice.startsLogin(alice.tab(), "/").status()).isGreaterThanOrEqualTo(500);
    assertThat(world.provider().count("par")).isZero();
  }

  @Test
  @Proves({"MTLS-01", "MTLS-02", "MTLS-03"})
  void whatTheProviderDoesNotOfferIsNotReplacedByLess() {
    isUnusable(
        provider ->
            provider.spoilsMetadataToo(
                document ->
                    document.put(
                        "token_endpoint_auth_methods_supported",
                        List.of("client_secret_basic", "private_key_jwt"))),
        "it does not take tls_client_auth");
  }

  @Test
  @Proves("MTLS-03")
  void aProviderThatBindsNothingIsNotUsed() {
    isUnusable(
        provider ->
            provider.spoilsMetadataToo(
                document -> {
                  document.remove("tls_client_certificate_bound_access_tokens");
                  return document;
                }),
        "it does not bind access tokens to certificates");
  }

  @Test
  @Proves("MTLS-02")
  void anAliasWhereNoCertificateCanBeShownIsNotUsed() {
    isUnusable(
        provider ->
            provider.spoilsMetadataToo(
                document -> {
                  document
                      .getJsonObject("mtls_endpoint_aliases")
                      .put("token_endpoint", "http://127.0.0.1:1/token");
                  return document;
                }),
        "token_endpoint is plain http, where no certificate can be shown");
  }
}
