/// The targets behind the gateway: connection pools, balancing, health, retries.
///
/// Depends on `upstream.exchange`, `crypto` and `observe`. Decision: a pool belongs to the event
/// loop that uses it, so that a call never changes threads; what is known of a target's health
/// belongs to the process, so that no event loop has to find out by itself. HTTP/2 is spoken to
/// where configuration says so, never by finding out, because what a target speaks decides what a
/// request may need. HTTP/1.1 is spoken by a client of our own, in the room `exchange`, because the
/// library's took half the time of a call; HTTP/2 by the library's, behind the same types. Both are
/// dialed by the library, so that there is one way of TLS. Time is the wall clock's: what a clock
/// that was set back no longer explains, a pause or an idle connection, is over.
@CheckReturnValue
@NullMarked
package dev.cloakroom.upstream;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
