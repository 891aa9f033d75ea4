/// The management port: liveness, readiness, metrics, and sessions for whoever shows the token.
///
/// Depends on the rooms below `edge`. Decision: it is a listener of its own that never shares a
/// port with the public surface, and it refuses what a browser sends.
@CheckReturnValue
@NullMarked
package dev.cloakroom.manage;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
