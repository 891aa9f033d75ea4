/// The targets behind the gateway: connection pools, balancing, health, retries.
///
/// Depends on `crypto` and `observe`. Decision: a pool belongs to the event loop that uses it, so
/// that a call never changes threads; what is known of a target's health belongs to the process, so
/// that no event loop has to find out by itself. HTTP/2 is spoken to where configuration says so,
/// never by finding out, because what a target speaks decides what a request may need.
@CheckReturnValue
@NullMarked
package dev.cloakroom.upstream;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
