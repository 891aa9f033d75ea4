package dev.cloakroom.login.app;

import java.util.List;
import java.util.Set;

/// An app on devices that may log users in (`auth.native_apps.*`). It keeps no secret, so nothing
/// but its redirect URIs tells it from any other.
///
/// @param name what it calls itself, and what users see in the list of their sessions
/// @param redirects where its codes may be sent
/// @param providers at which its users log in; empty: at all
/// @param insecurePlainChallenge it may show its verifier instead of a hash of it
/// @spec https://www.rfc-editor.org/rfc/rfc8252#section-8 RFC 8252, 8
public record NativeApp(
    String name,
    List<AppRedirect> redirects,
    Set<String> providers,
    boolean insecurePlainChallenge) {
  public NativeApp {
    redirects = List.copyOf(redirects);
    providers = Set.copyOf(providers);
    if (redirects.isEmpty()) {
      throw new IllegalArgumentException("an app needs a redirect URI");
    }
    if (insecurePlainChallenge
        && redirects.stream().anyMatch(each -> each.kind() != AppRedirect.Kind.CLAIMED)) {
      throw new IllegalArgumentException("a plain challenge needs https redirect URIs only");
    }
  }

  boolean admits(String redirectUri) {
    return redirects.stream().anyMatch(redirect -> redirect.admits(redirectUri));
  }

  /// Whether no other app on the device can receive what is sent there.
  public boolean isAloneAt(String redirectUri) {
    return redirects.stream()
        .anyMatch(each -> each.kind() == AppRedirect.Kind.CLAIMED && each.admits(redirectUri));
  }

  /// Whether its users may log in at a provider of that name.
  public boolean uses(String provider) {
    return providers.isEmpty() || providers.contains(provider);
  }
}
