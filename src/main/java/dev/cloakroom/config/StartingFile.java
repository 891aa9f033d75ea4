package dev.cloakroom.config;

/// The file that `init` writes.
public final class StartingFile {
  private StartingFile() {}

  /// The smallest useful configuration, with comments.
  public static String minimal() {
    return """
        # yaml-language-server: $schema=./cloakroom.schema.json
        # Every key, its default and its meaning: cloakroom schema, or the README's reference.
        version: 1

        server:
          public_url: https://app.example.com   # the origin that browsers see
          port: 8080

        providers:
          main:
            issuer: https://id.example.com/realms/acme
            client_id: spa-gateway
            client_secret: ${file:/run/secrets/client_secret}   # or ${CLIENT_SECRET} from the environment
            scopes: [openid, profile]

        routes:
          - path: /api/**                        # calls below /api go out with the user's access token
            upstream: http://orders:8080

        spa:
          directory: /srv/app                    # or dev_server: http://localhost:5173 (loopback only)
        """;
  }
}
