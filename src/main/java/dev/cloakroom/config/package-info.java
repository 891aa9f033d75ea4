/// From YAML to the settings records of the rooms below, all findings at once. The only room that
/// knows YAML.
///
/// Depends on every room below. Decision: one descriptor per key feeds the binder, the JSON Schema,
/// the reference table and the suggestions, so that they cannot drift apart; the records belong to
/// their rooms and refuse nonsense themselves.
@CheckReturnValue
@NullMarked
package dev.cloakroom.config;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
