package dev.cloakroom.oidc;

import java.util.Set;

/// Which `iss` is this provider's: the configured one byte for byte, or, where it is a template,
/// the one of a tenant that is let in. Pure.
///
/// @spec https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation OpenID Connect
///   Core 1.0, 3.1.3.7
record IssuerRule(String issuer, Set<String> tenants) {
  IssuerRule {
    tenants = Set.copyOf(tenants);
  }

  /// Whether a token names it. Behind a template, `tid` has to be the very tenant of `iss`.
  boolean fits(Claims claims) {
    var iss = claims.text("iss");
    return isTemplate()
        ? claims
            .text("tid")
            .filter(tenants::contains)
            .map(this::of)
            .filter(expected -> iss.filter(expected::equals).isPresent())
            .isPresent()
        : iss.filter(issuer::equals).isPresent();
  }

  /// Whether `iss`, said without a tenant, may be it.
  boolean mayBe(String iss) {
    return isTemplate() ? tenants.stream().map(this::of).anyMatch(iss::equals) : issuer.equals(iss);
  }

  private boolean isTemplate() {
    return issuer.contains(Dialect.TENANT);
  }

  private String of(String tenant) {
    return issuer.replace(Dialect.TENANT, tenant);
  }
}
