/// OpenID Connect and OAuth 2.0: requests, responses and checks as pure functions, and the one
/// class that talks to a provider.
///
/// Depends on `jose` and `crypto`. Decision: nothing here knows that a gateway exists, so every
/// check can be read beside the sentence of the specification that asks for it. vertx-auth-oauth2
/// builds URLs; every trust decision is ours, because its `authenticate` succeeds with a forged,
/// expired or missing ID token.
@CheckReturnValue
@NullMarked
package dev.cloakroom.oidc;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
