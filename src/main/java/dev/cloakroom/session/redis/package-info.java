/// Sessions in Redis, shared by several gateways.
///
/// Depends on `session`, `oidc` and `crypto`. Decision: every script touches one hash slot, so that
/// a single server, Sentinel and Cluster are the same code; what must hold across slots holds by
/// order and tombstones. A node answers from its near cache only while its own beat comes round by
/// the channel that ends come by.
@CheckReturnValue
@NullMarked
package dev.cloakroom.session.redis;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
