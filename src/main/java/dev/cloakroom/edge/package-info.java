/// The HTTP surface: which endpoint a request means, guards, cookies, replies. The only room that
/// answers a browser.
///
/// Depends on every room below. Decision: an endpoint is a value of a closed list, so that a new
/// way into the gateway cannot be added without deciding who may take it; every endpoint but the
/// API call returns a `Reply`, and one class writes to the wire.
///
/// Decision: whether a connection without TLS speaks HTTP/2 is found out by us and not by the
/// server below, which would read the first request of one that does not with its own decoder,
/// before anybody could bound or guard it, and take `Upgrade: h2c` besides. Only the whole preface,
/// and nothing before it, makes it HTTP/2; from then on it is what it would be over TLS. It is off
/// unless `server.h2c` is set, being of use to a proxy in front alone: browsers have no such thing.
@CheckReturnValue
@NullMarked
package dev.cloakroom.edge;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
