/// What the gateway remembers of a login, and the stores that remember it.
///
/// Depends on `oidc` and `crypto`. Decision: a store knows the hash of a session id and never the
/// id; a replacement names the version it was made from, so that ending a session wins over a
/// refresh that finishes later.
@CheckReturnValue
@NullMarked
package dev.cloakroom.session;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
