/// Signed tokens and key sets: whether a JWS is genuine, how one is made, and nothing about what it
/// means.
///
/// Depends on `crypto`; the only room that imports a JOSE library. Decision: the algorithm comes
/// from an allow-list and the key from a set the caller fetched, never from the token.
///
/// Decision: the JDK signs, since it knows every algorithm here, and the library does not know all
/// of them without another; the library reads and names keys.
@CheckReturnValue
@NullMarked
package dev.cloakroom.jose;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
