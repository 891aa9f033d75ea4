/// Raw bytes in, raw bytes out, an RFC section per test.
@NullMarked
package dev.cloakroom.wire;

import org.jspecify.annotations.NullMarked;
