/// What is known of providers by name: one YAML file each, and how their authorize URLs look.
///
/// Depends on nothing. Decision: a preset is data, made of the very keys an operator can write, so
/// that no provider is special and every one can be corrected in the configuration; the files lie
/// in a room of their own because the descriptors of `config` are the same with and without them.
@CheckReturnValue
@NullMarked
package dev.cloakroom.config.preset;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
