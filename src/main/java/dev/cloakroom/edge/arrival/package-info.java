/// A connection from its first byte to the head of a request: counted, given a deadline, and read
/// more strictly than the server below would, for HTTP/1.1 and HTTP/2.
///
/// Depends on `octets` alone. Decision: what is not exactly a request never becomes one, so that
/// whoever stands before or behind the gateway cannot read another one out of the same bytes.
///
/// Decision: whether a connection without TLS speaks HTTP/2 is found out by us and not by the
/// server below, which would read the first request of one that does not with its own decoder,
/// before anybody could bound or guard it, and take `Upgrade: h2c` besides. Only the whole preface,
/// and nothing before it, makes it HTTP/2; from then on it is what it would be over TLS. It is off
/// unless `server.h2c` is set, being of use to a proxy in front alone: browsers have no such thing.
@CheckReturnValue
@NullMarked
package dev.cloakroom.edge.arrival;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
