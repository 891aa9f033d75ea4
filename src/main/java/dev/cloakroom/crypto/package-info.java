/// What every room needs and no room may improvise: secrets that cannot be printed, randomness that
/// can be repeated in a test, sealing, and keys in files.
///
/// Depends on the JDK, for PEM on Vert.x, and for what a thread keeps on Netty. Decision:
/// randomness is a constructor argument, and a value that must not leak is a type, so that the
/// compiler and a search for `reveal` find every place that matters.
@CheckReturnValue
@NullMarked
package dev.cloakroom.crypto;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
