/// Logins of native apps: which apps there are, what they ask for, and the code that becomes an
/// app's session.
///
/// Depends on `session`, `oidc` and `crypto`. Decision: towards an app the gateway is what an
/// authorization server is (RFC 8252), but for the tokens: in their place an app gets the handle of
/// a session. Towards the provider nothing changes, so that an app needs neither a secret nor PKCE
/// of the provider's kind.
///
/// Decision: a code names its session only together with the app, the redirect URI and the
/// challenge it was issued for: the key that the store knows the session by is the hash of all of
/// them. So there is nothing to compare and nothing to forget, and a guess at any of them finds
/// nothing. Until the code is redeemed, its session lives for a minute, and no handle opens it.
///
/// Decision: without a challenge there is no code. An app that cannot compute S256 may show the
/// verifier itself instead, where the operator allows that by name, and only at redirect URIs that
/// the device's system gives to no other app. An app that cannot even draw a random number is not
/// served: anybody who sees its code could use it.
@CheckReturnValue
@NullMarked
package dev.cloakroom.login.app;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
