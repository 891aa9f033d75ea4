/// What stands in the files: a tree of values, each with its place, references resolved, and what
/// is found wrong on the way. It knows no key.
///
/// Depends on nothing. Decision: every value carries its place to the very end, so that a finding
/// made late can still quote the line; secrets are masked where a line is quoted, not where it is
/// found.
@CheckReturnValue
@NullMarked
package dev.cloakroom.config.text;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
