/// The product in sentences, over real loopback sockets.
@NullMarked
package dev.cloakroom.story;

import org.jspecify.annotations.NullMarked;
