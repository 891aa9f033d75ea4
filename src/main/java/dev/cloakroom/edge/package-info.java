/// The HTTP surface: which endpoint a request means, guards, cookies, replies. The only room that
/// answers a browser.
///
/// Depends on every room below. Decision: an endpoint is a value of a closed list, so that a new
/// way into the gateway cannot be added without deciding who may take it; every endpoint but the
/// API call returns a `Reply`, and one class writes to the wire.
///
/// Decision: HTTP/2 is spoken over TLS alone. Without TLS (h2c, prior knowledge) the server below
/// finds out from the first bytes what a connection speaks, and only then tells anybody that there
/// is one: of HTTP/1.1 after it has read the first request, with its own decoder, past the bound on
/// connections and past [StrictRequestDecoder]. What finds out is made and named by nobody but that
/// server, before any hook of it is called, so that nothing of ours can take its place. A proxy in
/// front that shares connections has TLS or HTTP/1.1.
@CheckReturnValue
@NullMarked
package dev.cloakroom.edge;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
