/// OpenID Connect and OAuth 2.0: requests, responses and checks as pure functions, and the one
/// class that talks to a provider.
///
/// Depends on `jose` and `crypto`. Decision: nothing here knows that a gateway exists, so every
/// check can be read beside the sentence of the specification that asks for it. Every trust
/// decision is ours, because the `authenticate` of vertx-auth-oauth2 succeeds with a forged,
/// expired or missing ID token. It carries the endpoints and writes the two URLs for the browser,
/// less an endpoint's own query, behind which it would put a second `?` (Azure AD B2C has one).
///
/// Decision: calls go through one class on Vert.x's web client. It resolves and checks the address
/// itself and names it to the client, pipes the body into a bound, and resets the request when its
/// time is up; an interceptor of the client is the only way to hold a request that is answered.
///
/// Decision: UserInfo that cannot be had does not fail a login, since some providers refuse their
/// own tokens there; UserInfo of somebody else, or with a wrong signature, does.
@CheckReturnValue
@NullMarked
package dev.cloakroom.oidc;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
