/// How often, and how many at a time.
///
/// Depends on nothing. Decision: what is counted is forgotten by itself, in a minute or when it
/// ends, and of a bounded number of senders; so a flood of new names costs memory that is known
/// beforehand, and at worst somebody gets a full bucket again.
@CheckReturnValue
@NullMarked
package dev.cloakroom.limit;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
