/// Keeps the access token of a session fresh.
///
/// Depends on `session` and `oidc`. Decision: one refresh at a time per session, shared by all
/// callers and tied to none of them, because providers that rotate refresh tokens revoke the login
/// when one is used twice.
@CheckReturnValue
@NullMarked
package dev.cloakroom.token;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
