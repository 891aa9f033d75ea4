/// The gateway as a whole: `Gateway` builds every object once, by constructor, and hands each one
/// what it needs. Nothing here decides anything.
@CheckReturnValue
@NullMarked
package dev.cloakroom;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
