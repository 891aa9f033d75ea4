package dev.cloakroom.house.ruin.oidc;

import dev.cloakroom.house.ruin.session.Everything;

/// Looks up the stairs, has a name that says nothing, and may be extended.
public class ProtocolManager {
  private final Everything session = new Everything();

  @Override
  public String toString() {
    return "ProtocolManager of " + session.hashCode();
  }
}
