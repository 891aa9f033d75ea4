package dev.cloakroom.world;

/// How HTTP/2 gets to the gateway. What holds over one holds over the other.
public enum Over {
  TLS {
    @Override
    public WorldConfig set(WorldConfig config) {
      return config.tls(FILES);
    }

    @Override
    public RawHttp2 reaches(World world) {
      return RawHttp2.tls(world.gateway().port(), "h2");
    }
  },

  /// Without TLS, with prior knowledge.
  CLEAR_TEXT {
    @Override
    public WorldConfig set(WorldConfig config) {
      return config.h2c();
    }

    @Override
    public RawHttp2 reaches(World world) {
      return RawHttp2.clearText(world.gateway().port());
    }
  };

  private static final PemFiles FILES = PemFiles.made();

  public abstract WorldConfig set(WorldConfig config);

  /// A client that has said nothing yet.
  public abstract RawHttp2 reaches(World world);

  /// A client that has sent the preface and empty settings.
  public RawHttp2 connects(World world) {
    return reaches(world).begins();
  }
}
