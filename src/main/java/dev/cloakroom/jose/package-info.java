/// Signed tokens and key sets: whether a JWS is genuine, and nothing about what it means.
///
/// Depends on `crypto`; the only room that imports a JOSE library. Decision: the algorithm comes
/// from an allow-list and the key from a set the caller fetched, never from the token.
@CheckReturnValue
@NullMarked
package dev.cloakroom.jose;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
