package dev.cloakroom.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.config.preset.AuthorizeUrl;
import dev.cloakroom.config.preset.Presets;
import dev.cloakroom.config.text.Finding;
import dev.cloakroom.world.TestKeys;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Whatever `init` writes is a valid configuration once the secret is there.
class StartingFileTest {
  private static final String GUID = "8c1ff2e0-0a5c-4a34-9f5e-3d2a0f1f6b11";

  private static Loaded.Ready load(String text) {
    var environment =
        new PaperEnvironment()
            .withAnyDirectory()
            .variable("SECRET", TestKeys.pem(TestKeys.made("EC", 256)))
            .file("/run/secrets/client_secret", "hush\n")
            .file("/run/secrets/apple.p8", TestKeys.pem(TestKeys.made("EC", 256)))
            .file("c.yaml", text);
    return switch (ConfigLoader.load(List.of(Path.of("c.yaml")), environment)) {
      case Loaded.Ready ready -> ready;
      case Loaded.Faulty faulty ->
          throw new AssertionError(
              text
                  + faulty.findings().stream()
                      .map(Finding::text)
                      .collect(Collectors.joining("\n")));
    };
  }

  static List<String> presets() {
    return Presets.names();
  }

  @ParameterizedTest
  @MethodSource("presets")
  void everyPresetBeginsWithAFileThatLoads(String name) {
    var loaded = load(StartingFile.ofPreset(name).orElseThrow());
    assertThat(loaded.findings()).isEmpty();
    assertThat(loaded.effective()).contains("preset: " + name);
  }

  @ParameterizedTest
  @MethodSource("presets")
  void everyPresetServesSeveralFrontEnds(String name) {
    var text =
        StartingFile.apart(
            StartingFile.ofPreset(name).orElseThrow(), List.of("shop", "back_office-"));
    var loaded = load(text);
    assertThat(loaded.findings()).isEmpty();
    assertThat(loaded.config().frontEnds())
        .extracting(each -> each.server().publicUrl().toString())
        .containsExactly("https://shop.example.com", "https://back-office.example.com");
    assertThat(load(loaded.effective().replace("\"***\"", "${SECRET}")).config().frontEnds())
        .as("what `config` prints is the same configuration")
        .hasSize(2);
  }

  private static Loaded.Ready from(String url) {
    return load(StartingFile.of((AuthorizeUrl.Known) AuthorizeUrl.read(url)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          https://contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_signin/oauth2/v2.0/authorize?client_id=abc&response_type=id_token&scope=openid | azure-ad-b2c | https://contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_signin/v2.0/.well-known/openid-configuration
          https://contoso.b2clogin.com/contoso.onmicrosoft.com/oauth2/v2.0/authorize?p=B2C_1_edit&client_id=abc | azure-ad-b2c | https://contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_edit/v2.0/.well-known/openid-configuration
          https://login.microsoftonline.com/8c1ff2e0-0a5c-4a34-9f5e-3d2a0f1f6b11/oauth2/v2.0/authorize?client_id=abc | entra-id | issuer: https://login.microsoftonline.com/8c1ff2e0-0a5c-4a34-9f5e-3d2a0f1f6b11/v2.0
          https://login.microsoftonline.com/common/oauth2/v2.0/authorize?client_id=abc | entra-id-multitenant | https://login.microsoftonline.com/common/v2.0/.well-known/openid-configuration
          https://contoso.ciamlogin.com/8c1ff2e0-0a5c-4a34-9f5e-3d2a0f1f6b11/oauth2/v2.0/authorize?client_id=abc | entra-external-id | https://8c1ff2e0-0a5c-4a34-9f5e-3d2a0f1f6b11.ciamlogin.com/8c1ff2e0-0a5c-4a34-9f5e-3d2a0f1f6b11/v2.0
          https://acme.eu.auth0.com/authorize?client_id=abc&audience=https%3A%2F%2Fapi.example.com&scope=openid+profile | auth0 | audience: https://api.example.com
          https://acme.okta.com/oauth2/aus123/v1/authorize?client_id=abc | okta | issuer: https://acme.okta.com/oauth2/aus123
          https://id.example.com:8443/realms/acme/protocol/openid-connect/auth?client_id=abc | keycloak | https://id.example.com:8443/realms/acme
          https://id.example.com/auth/realms/acme/protocol/openid-connect/auth?client_id=abc | keycloak | https://id.example.com/auth/realms/acme
          https://acme.auth.eu-central-1.amazoncognito.com/oauth2/authorize?client_id=abc | cognito | https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_000000000
          https://accounts.google.com/o/oauth2/v2/auth?client_id=abc | google | https://accounts.google.com
          https://github.com/login/oauth/authorize?client_id=abc&scope=user | github | https://github.com/login/oauth
          """)
  void theProviderIsReadFromItsUrl(String url, String preset, String shown) {
    var effective = from(url).effective();
    assertThat(effective)
        .contains("preset: " + preset + "  #", "client_id: abc", shown)
        .doesNotContain("issuer: null");
  }

  @Test
  void scopesOfTheUrlAreKept() {
    var url = "https://acme.eu.auth0.com/authorize?client_id=a&scope=read:orders%20offline_access";
    assertThat(from(url).effective())
        .contains("scopes: [openid, \"read:orders\", offline_access]".replace("\"", ""));
  }

  @Test
  void whatTheUrlDoesNotTellIsAToDo() {
    var url = "https://login.microsoftonline.com/contoso.com/oauth2/v2.0/authorize?client_id=a";
    var text = StartingFile.of((AuthorizeUrl.Known) AuthorizeUrl.read(url));
    assertThat(text).contains("# To do: tenant is the GUID of contoso.com, not its name.");
    assertThat(load(text).findings()).isEmpty();
    var known = "https://login.microsoftonline.com/" + GUID + "/oauth2/v2.0/authorize?client_id=a";
    assertThat(StartingFile.of((AuthorizeUrl.Known) AuthorizeUrl.read(known)))
        .doesNotContain("To do");
  }

  /// The URL may come from anywhere.
  @Test
  void nothingInTheUrlBecomesYamlOrAReference() {
    var text = "x\"%0A%20%20evil:%20true%20#${HOME}$'\\";
    var url =
        "https://acme.eu.auth0.com/authorize?client_id="
            + text.replace("\\", "%5C")
                .replace("{", "%7B")
                .replace("}", "%7D")
                .replace("\"", "%22")
                .replace("#", "%23");
    var provider = from(url).config().providers().get("main");
    assertThat(provider).isNotNull();
    assertThat(provider.clientId()).isEqualTo("x\"  evil: true #${HOME}$'\\");
  }

  @Test
  void anUnknownProviderGetsAFileToFillIn() {
    var unknown =
        (AuthorizeUrl.Unknown)
            AuthorizeUrl.read("https://login.acme.test/oauth/authorize?client_id=abc&scope=email");
    assertThat(unknown.origin()).isEqualTo("https://login.acme.test");
    var text = StartingFile.of(unknown);
    assertThat(text).contains("/.well-known/openid-configuration");
    assertThat(load(text).effective())
        .contains("issuer: https://login.acme.test", "client_id: abc", "scopes: [openid, email]");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "keycloak",
        "ftp://id.test/authorize?client_id=a",
        "https://",
        "https://id.test/authorize",
        "https://id.test/a b?client_id=x",
        "javascript:alert(1)"
      })
  void whatIsNoAuthorizeUrlIsSaidToBeNone(String text) {
    assertThat(AuthorizeUrl.read(text)).isInstanceOf(AuthorizeUrl.Unreadable.class);
  }
}
