/// Keeps the access tokens of a session fresh.
///
/// Depends on `session` and `oidc`. Decision: one refresh at a time per session, shared by all
/// callers and tied to none of them, because providers that rotate refresh tokens revoke the login
/// when one is used twice. A token for another resource is got with the same refresh token, and one
/// that is exchanged is kept beside it, in the session: so it is sealed, shared by all nodes and
/// gone with the session, and the same lease puts the refreshes of all of them in a row.
@CheckReturnValue
@NullMarked
package dev.cloakroom.token;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
