package dev.cloakroom.config;

import static dev.cloakroom.config.shape.Read.fits;
import static dev.cloakroom.config.shape.Read.misfit;
import static dev.cloakroom.config.shape.Words.anything;
import static dev.cloakroom.config.shape.Words.choice;
import static dev.cloakroom.config.shape.Words.text;

import dev.cloakroom.config.shape.Key;
import dev.cloakroom.config.shape.Section;
import dev.cloakroom.config.shape.Shape;
import dev.cloakroom.config.shape.Shape.Many;
import dev.cloakroom.config.shape.Shape.Many.Alone;
import dev.cloakroom.config.shape.Shape.Named;
import dev.cloakroom.oidc.Dialect;
import dev.cloakroom.oidc.Dialect.EndSession;
import dev.cloakroom.oidc.Dialect.ErrorAction;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The keys for what a provider does otherwise than OpenID Connect. Presets are made of them.
final class DialectKeys {
  private static final String LOGIN = "login ";

  static final Key<List<String>> ALLOWED_TENANTS =
      Key.of(
              "allowed_tenants",
              new Many<>(
                  text("a tenant id", "[A-Za-z0-9-]{1,64}", "write the tenant's GUID"),
                  Alone.WORDS),
              "The tenants (`tid`) that may log in where `issuer` has `{tenantid}`.")
          .or("[]")
          .like("[8c1ff2e0-0a5c-4a34-9f5e-3d2a0f1f6b11]");
  static final Key<Dialect.Metadata> DISCOVERY =
      Key.of(
              "discovery",
              choice(Dialect.Metadata.class),
              "`off`: it publishes no metadata; `endpoints` name everything.")
          .or("auto");
  static final Key<Dialect.IdTokenUse> ID_TOKEN =
      Key.of(
              "id_token",
              choice(Dialect.IdTokenUse.class),
              "`none`: plain OAuth 2.0. The user endpoint alone says who it is (`claim_sources.sub`);"
                  + " needs `callback: own`.")
          .or("required");
  static final Key<Dialect.TokenScope> TOKEN_SCOPE =
      Key.of(
              "token_scope",
              choice(Dialect.TokenScope.class),
              "`same`: say `scopes` again to the token endpoint, at login and refresh.")
          .or("omit");
  static final Key<Map<String, String>> CLAIM_SOURCES =
      Key.<Map<String, String>>of(
              "claim_sources",
              new Named<>(text(), "[^\\s.]{1,128}"),
              "Claims that this provider keeps elsewhere: a name, or a path with dots.")
          .or("{}")
          .like("{email: emails.0}");
  static final Key<Map<String, List<String>>> REQUIRED_CLAIMS =
      Key.<Map<String, List<String>>>of(
              "required_claims",
              new Named<>(new Many<>(text(), Alone.ONE_ITEM), "[^\\s]{1,128}"),
              "Claims and the values one of which each must have, or nobody is logged in.")
          .or("{}")
          .like("{email_domain: [example.com]}");
  static final Key<Map<String, ErrorAction>> ERROR_ACTIONS =
      Key.<Map<String, ErrorAction>>of(
              "error_actions",
              new Named<>(action(), "[A-Za-z0-9_.-]{1,64}"),
              "What its own error codes mean: `back` to where the login began, or `login NAME`: on with"
                  + " that provider.")
          .or("{}")
          .like("{AADB2C90091: back}");
  static final Key<EndSession.Method> LOGOUT_METHOD =
      Key.of(
              "method",
              choice(EndSession.Method.class),
              "`custom`: the end-session endpoint gets `params` alone; `none`: no logout there.")
          .or("rp_initiated");
  static final Key<Map<String, String>> LOGOUT_PARAMS =
      Key.<Map<String, String>>of(
              "params",
              new Named<>(anything(), "[A-Za-z0-9_.-]{1,64}"),
              "Parameters of the end-session URL; `{client_id}`, `{post_logout_redirect_uri}` and"
                  + " `{state}` are filled in.")
          .or("{}")
          .like("{ui_locales: de}");

  private DialectKeys() {}

  static Dialect dialect(Section provider) {
    var logout = provider.get(ProviderKeys.LOGOUT_KEY);
    return new Dialect(
        new LinkedHashSet<>(provider.get(ALLOWED_TENANTS)),
        provider.get(DISCOVERY),
        provider.get(ID_TOKEN),
        provider.get(TOKEN_SCOPE),
        provider.get(CLAIM_SOURCES),
        provider.get(REQUIRED_CLAIMS),
        new EndSession(logout.get(LOGOUT_METHOD), logout.get(LOGOUT_PARAMS)),
        provider.get(ERROR_ACTIONS));
  }

  private static Shape.Word<ErrorAction> action() {
    return new Shape.Word<>(
        "back | login NAME",
        false,
        Set.of(),
        new JsonObject().put("type", "string").put("pattern", "^(back|login .+)$|\\$\\{"),
        scalar -> {
          var text = scalar.text().strip();
          if (text.equals("back")) {
            return fits(new ErrorAction.Back());
          }
          return text.startsWith(LOGIN)
              ? fits(new ErrorAction.LoginAt(text.substring(LOGIN.length()).strip()))
              : misfit("bad-choice", "is no action", "write back, or login and a provider's name");
        });
  }
}
