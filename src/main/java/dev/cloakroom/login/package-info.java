/// From "log in" to a session: the attempt, the callback, and the loop that a lost cookie makes.
///
/// Depends on `login.app`, `login.landing`, `session`, `oidc` and `crypto`. Decision: everything an
/// attempt needs lies in a sealed cookie of its own, so that tabs never meet and anonymous traffic
/// leaves nothing on the server. A login that an app began is the same login, until its outcome:
/// [ToApp] says what the app hears of it, and the browser keeps nothing.
@CheckReturnValue
@NullMarked
package dev.cloakroom.login;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
