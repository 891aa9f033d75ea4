package dev.cloakroom.session;

import dev.cloakroom.crypto.Sealer;

/// One of the front ends that a gateway serves, each under hosts of its own. Its name goes into the
/// key and every name of its sessions, so that no other front end finds them.
///
/// @param name as configured; empty where there is only one, whose sessions are known by no name
public record FrontEnd(String name) {
  /// The front end of a gateway that has no other.
  public static final FrontEnd ONLY = new FrontEnd("");

  /// Whether there is no other to be told from.
  public boolean isOnly() {
    return name.isEmpty();
  }

  /// What something of this front end is called among those of all: `shop/main`.
  public String qualified(String own) {
    return isOnly() ? own : name + "/" + own;
  }

  /// Seals what no other front end may open.
  public Sealer sealing(Sealer sealer) {
    return isOnly() ? sealer : new Apart(sealer, "front end " + name + ", ");
  }

  private record Apart(Sealer sealer, String prefix) implements Sealer {
    @Override
    public byte[] seal(byte[] plain, String context) {
      return sealer.seal(plain, prefix + context);
    }

    @Override
    public Opened open(byte[] sealed, String context) {
      return sealer.open(sealed, prefix + context);
    }
  }
}
