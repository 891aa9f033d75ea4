/// What the gateway remembers of a login, and the stores that remember it.
///
/// Depends on `oidc` and `crypto`. Decision: a store knows the hash of a session id and never the
/// id; a replacement names the version it was made from, so that ending a session wins over a
/// refresh that finishes later.
///
/// Decision: a call only reads the memory that its session lies in, unless ten seconds have passed
/// since a call wrote there. Of many thousand sessions, a call's is in no cache of the processor,
/// and to note each use (deadline, order of use, who waits for the end) took longer than all else
/// that sessions cost, and the collector as long again. So a session in use may end ten seconds
/// before its idle time is over; who waits stands in [Watches]; keys are numbers, tokens octets.
@CheckReturnValue
@NullMarked
package dev.cloakroom.session;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
