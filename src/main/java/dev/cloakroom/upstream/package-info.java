/// The targets behind the gateway: connection pools, one per event loop.
///
/// Depends on `observe`. Decision: a pool belongs to the event loop that uses it, so that a call
/// never changes threads.
@CheckReturnValue
@NullMarked
package dev.cloakroom.upstream;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
