/// What becomes of sessions when gateways are killed, the store pauses and the provider stalls:
/// real processes, real Redis, real time. The figures are those of the README.
@NullMarked
package dev.cloakroom.chaos;

import org.jspecify.annotations.NullMarked;
