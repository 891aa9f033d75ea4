/// The routing table and the forwarder: header policy, streaming, upgrades.
///
/// Depends on `upstream` and its room `exchange`, `crypto` and `observe`. Decision: it is handed an
/// optional credential and never a session, so that it can be tested with raw bytes alone; and an
/// upgrade takes the same header path as any request.
@CheckReturnValue
@NullMarked
package dev.cloakroom.proxy;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
