package dev.cloakroom.oidc;

import java.net.URI;
import java.util.List;

/// What a further access token of a session is for, and how it is got. Equal targets mean the same
/// token, so that this is what tokens are kept under: the order of a list means nothing.
public sealed interface TokenTarget {
  /// One word for logs and metrics.
  String grant();

  /// A token for other resources than the login's own, got with the refresh token.
  ///
  /// @param resources absolute URIs without a fragment, at least one
  /// @param scopes within what the login was granted; empty: whatever the provider gives there
  /// @spec https://www.rfc-editor.org/rfc/rfc8707#section-2.2 RFC 8707, 2.2
  record Resource(List<String> resources, List<String> scopes) implements TokenTarget {
    public Resource {
      resources = ordered(resources);
      scopes = ordered(scopes);
      if (resources.isEmpty()) {
        throw new IllegalArgumentException("no resource");
      }
      requireResources(resources);
    }

    @Override
    public String grant() {
      return "resource";
    }
  }

  /// A token got for the login's own access token.
  ///
  /// @param audiences logical names of the services it is for
  /// @param resources their URIs
  /// @param type a token type identifier, such as [#ACCESS_TOKEN]
  /// @spec https://www.rfc-editor.org/rfc/rfc8693#section-2.1 RFC 8693, 2.1
  record Exchange(List<String> audiences, List<String> resources, List<String> scopes, String type)
      implements TokenTarget {
    public Exchange {
      audiences = ordered(audiences);
      resources = ordered(resources);
      scopes = ordered(scopes);
      requireResources(resources);
    }

    @Override
    public String grant() {
      return "exchange";
    }
  }

  /// RFC 8693, 3.
  String ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token";

  private static List<String> ordered(List<String> words) {
    return words.stream().distinct().sorted().toList();
  }

  /// Refuses what is no resource indicator.
  ///
  /// @throws IllegalArgumentException when one is not absolute or has a fragment
  static void requireResources(List<String> resources) {
    for (var resource : resources) {
      var uri = URI.create(resource);
      if (!uri.isAbsolute() || uri.getRawFragment() != null) {
        throw new IllegalArgumentException("not an absolute URI without fragment: " + resource);
      }
    }
  }
}
