/// Proofs that whoever sends a token holds the key it is bound to, and what each server says about
/// them: the nonce it wants, and how far its clock is off.
///
/// Depends on `jose` and `crypto`. Decision: a room of its own, because proofs go to providers
/// (`oidc.client`) as well as to upstreams (`edge` hands them to `proxy`), and neither knows the
/// other. Each kind of server has a [Proofs] of its own, so that a nonce of an authorization server
/// never reaches a resource server.
///
/// Decision: each login has a key of its own, derived from the seed of its attempt
/// ([dev.cloakroom.jose.ProofKey#derive]). It must exist before the browser leaves, since the
/// provider binds the code to it (`dpop_jkt`); and a key inside the attempt's cookie would cost ten
/// tabs a third of the room they share, while the seed is there already. From the callback on it
/// lies in the session, sealed with the tokens, and ends with them. Whoever could open an attempt
/// cookie would learn a key, but no token that is bound to it.
@CheckReturnValue
@NullMarked
package dev.cloakroom.dpop;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
