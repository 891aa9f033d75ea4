/// What an upstream is told of the user beside the access token: fields with values of claims.
///
/// Depends on `proxy` and the rooms below `session`. Decision: a value is made once, with one
/// encoding that can be undone, and kept for a moment; so the way of a call neither parses claims
/// nor can any claim, whoever chose it, become a second field or a second entry of a list.
@CheckReturnValue
@NullMarked
package dev.cloakroom.identity;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
