/// From YAML to the settings records of the rooms below, all findings at once. Nothing outside this
/// room and those inside it knows YAML.
///
/// Depends on every room below. Reading is `config.text`, what a key may look like `config.shape`;
/// here are the keys, what must be true between them, and the settings made of them. Decision: the
/// records belong to their rooms and refuse nonsense themselves.
@CheckReturnValue
@NullMarked
package dev.cloakroom.config;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
