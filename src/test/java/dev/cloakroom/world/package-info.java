/// Stand-ins and drivers for tests: a clock, entropy, a scripted provider, browsers.
@NullMarked
package dev.cloakroom.world;

import org.jspecify.annotations.NullMarked;
