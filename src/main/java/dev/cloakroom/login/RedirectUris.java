package dev.cloakroom.login;

import dev.cloakroom.oidc.ProviderSettings;
import dev.cloakroom.oidc.ProviderSettings.Redirect;
import java.net.URI;
import java.util.Optional;

/// Where providers send browsers back to: the address they share, or below it one of their own.
///
/// @spec https://www.rfc-editor.org/rfc/rfc9700#section-4.4.2.2 RFC 9700, 4.4.2.2
record RedirectUris(URI shared) {
  URI of(ProviderSettings provider) {
    return switch (provider.redirect()) {
      case SHARED -> shared;
      case OWN -> URI.create(shared + "/" + provider.name());
    };
  }

  /// Whether a response that came to the address of `pathProvider` (empty: the shared one) may be
  /// this provider's.
  static boolean fits(ProviderSettings provider, Optional<String> pathProvider) {
    return pathProvider.map(provider.name()::equals).orElse(provider.redirect() == Redirect.SHARED);
  }
}
