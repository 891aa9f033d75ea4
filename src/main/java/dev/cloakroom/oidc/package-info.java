/// OpenID Connect and OAuth 2.0: requests, responses and checks as pure functions, and the one
/// class that talks to a provider.
///
/// Depends on `oidc.client`, `jose` and `crypto`. Decision: nothing here knows that a gateway
/// exists, so every check can be read beside the sentence of the specification that asks for it.
/// Every trust decision is ours, because the `authenticate` of vertx-auth-oauth2 succeeds with a
/// forged, expired or missing ID token. It carries the endpoints and writes the two URLs for the
/// browser, less an endpoint's own query, behind which it would put a second `?` (Azure AD B2C has
/// one).
///
/// Decision: what is sent, and how the gateway authenticates, is the room `oidc.client` below; a
/// provider that offers less than the configuration asks for is unusable, and nothing weaker takes
/// its place.
///
/// Decision: UserInfo that cannot be had does not fail a login, since some providers refuse their
/// own tokens there; UserInfo of somebody else, or with a wrong signature, does.
@CheckReturnValue
@NullMarked
package dev.cloakroom.oidc;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
