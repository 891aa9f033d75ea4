/// How an installation becomes a client of a provider by itself: asked for once, kept in a folder.
///
/// Depends on `oidc.client`, `jose` and `crypto`. Decision: a step of its own before the gateway
/// runs, never a part of its start, so that no restart, no second node and no lost volume can
/// register another client by accident.
///
/// Decision: calls go through `oidc.client.ProviderHttp`, as the gateway's own do: a name is
/// resolved once, and the connection goes to the address that was checked.
///
/// Decision: a provider may give another token and another secret with every answer, and the old
/// ones are worth nothing then. So there is room for an answer before anything is asked, an answer
/// is kept whole in one sealed file before it is spread over the others, and it is spread before
/// the next question.
@CheckReturnValue
@NullMarked
package dev.cloakroom.cli.registration;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
