/// What `doctor` looks at: providers, the session store, upstreams, and the addresses to register.
///
/// Depends on `config` and the settings of the rooms below, and on none of their machinery.
/// Decision: it talks over plain blocking connections of its own, because it has to see what the
/// gateway is built to survive: the certificate that has run out, the clock that is wrong, the
/// answer that makes no sense. Every step has a time limit; nothing it says holds a secret.
@CheckReturnValue
@NullMarked
package dev.cloakroom.cli.doctor;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
