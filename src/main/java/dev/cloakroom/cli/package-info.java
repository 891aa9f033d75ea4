/// The commands. The only room that prints.
///
/// Depends on everything. Decision: a command returns an exit code and says what happened, where
/// and what to do, one line each.
@CheckReturnValue
@NullMarked
package dev.cloakroom.cli;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
