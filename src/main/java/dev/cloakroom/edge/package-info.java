/// The HTTP surface: which endpoint a request means, guards, cookies, replies. The only room that
/// answers a browser.
///
/// Depends on every room below. Decision: an endpoint is a value of a closed list, so that a new
/// way into the gateway cannot be added without deciding who may take it; every endpoint but the
/// API call returns a `Reply`, and one class writes to the wire.
@CheckReturnValue
@NullMarked
package dev.cloakroom.edge;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
