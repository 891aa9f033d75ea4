/// Where a login may end, and everything else that sends a browser on: addresses of this origin,
/// read as browsers read them.
///
/// Depends on nothing. Decision: an address is checked before it is kept and never repaired into
/// one that is allowed: what has to be repaired was not written by an honest page.
@CheckReturnValue
@NullMarked
package dev.cloakroom.login.landing;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
