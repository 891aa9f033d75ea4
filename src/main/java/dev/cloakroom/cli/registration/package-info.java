/// How an installation becomes a client of a provider by itself: asked for once, kept in a folder.
///
/// Depends on `oidc.client`, `jose` and `crypto`. Decision: a step of its own before the gateway
/// runs, never a part of its start, so that no restart, no second node and no lost volume can
/// register another client by accident.
@CheckReturnValue
@NullMarked
package dev.cloakroom.cli.registration;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
