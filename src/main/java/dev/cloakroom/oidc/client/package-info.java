/// The gateway as a client of a provider: every byte that goes there, and how the gateway proves
/// which client it is.
///
/// Depends on `jose` and `crypto`; `oidc` depends on it. Decision: a room of its own below `oidc`,
/// so that what is sent can be read apart from what is believed, and both rooms stay small. The
/// checks of what comes back, and all that a login means, are `oidc`'s.
///
/// Decision: calls go through one class on Vert.x's web client. It resolves and checks the address
/// itself and names it to the client, pipes the body into a bound, and resets the request when its
/// time is up; an interceptor of the client is the only way to hold a request that is answered.
@CheckReturnValue
@NullMarked
package dev.cloakroom.oidc.client;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
