/// The rules of the house, as far as a machine can check them.
@NullMarked
package dev.cloakroom.house;

import org.jspecify.annotations.NullMarked;
