/// What a key may look like, and what becomes of its value: one descriptor for each key feeds the
/// binder, the schema, the papers and the effective configuration, so that they cannot drift apart.
/// It knows no key by name.
///
/// Depends on `config.text`, and for the types of single words on `jose` and `crypto`.
@CheckReturnValue
@NullMarked
package dev.cloakroom.config.shape;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
