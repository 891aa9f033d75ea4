package dev.cloakroom.edge;

import dev.cloakroom.login.LoginFlow;
import dev.cloakroom.login.ReturnTo;
import dev.cloakroom.logout.LogoutFlow;
import dev.cloakroom.session.SessionStore;
import dev.cloakroom.token.TokenKeeper;

/// The rooms below, as the edge uses them. Each is safe to call from every event loop.
public record Rooms(
    LoginFlow login,
    LogoutFlow logout,
    TokenKeeper tokens,
    SessionStore sessions,
    ReturnTo returnTo) {}
