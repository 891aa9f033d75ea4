/// Sessions in Redis, shared by several gateways.
///
/// Depends on `session`, `oidc` and `crypto`. Decision: every script touches one hash slot, so that
/// a single server, Sentinel and Cluster are the same code; what must hold across slots holds by
/// order and tombstones, and where one session takes the place of another by what the one leaves
/// behind: it names the other. A node answers from its near cache only while its own beat comes
/// round by the channel that ends come by. In a cluster it never does: its servers pass messages on
/// and drop them when the link between two of them breaks, so that a later beat proves nothing
/// about an earlier end, whichever server it came by. There every call costs one read.
@CheckReturnValue
@NullMarked
package dev.cloakroom.session.redis;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
