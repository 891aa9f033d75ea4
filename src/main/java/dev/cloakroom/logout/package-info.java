/// Ending sessions: by the user, by the provider, by an administrator.
///
/// Depends on `session`, `oidc` and `crypto`. Decision: the session ends first; telling the
/// provider is best effort and never delays or fails the answer.
@CheckReturnValue
@NullMarked
package dev.cloakroom.logout;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
