/// One request and its answer on one connection: what goes out, what comes in, and who is told.
///
/// Depends on `octets`. Decision: HTTP/1.1 towards targets is spoken by a client of our own, thin
/// as it is, because that is what the gateway does all day. The library's took half of the time
/// that a call costs: it copies every field twice, writes heads character by character, and makes
/// promises that nobody waits for. What is hard, the reading of answers, stays with Netty's
/// decoder. The connection is made by the library as before, with its TLS, and only then taken
/// over.
@CheckReturnValue
@NullMarked
package dev.cloakroom.upstream.exchange;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
