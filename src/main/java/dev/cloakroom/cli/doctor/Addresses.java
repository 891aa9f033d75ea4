package dev.cloakroom.cli.doctor;

import dev.cloakroom.config.FrontEndSettings;
import dev.cloakroom.oidc.ProviderSettings;
import dev.cloakroom.oidc.ProviderSettings.Redirect;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// The addresses of the gateway that a provider has to know, as they will be sent: character by
/// character. Pure.
public final class Addresses {
  private Addresses() {}

  /// One address and what it is registered as.
  public record Address(String what, String uri) {}

  /// Those that a front end has for one of its providers.
  public static List<Address> of(FrontEndSettings frontEnd, ProviderSettings provider) {
    var url = frontEnd.server().publicUrl();
    var base =
        url.getScheme().toLowerCase(Locale.ROOT)
            + "://"
            + url.getRawAuthority()
            + frontEnd.server().basePath().replaceFirst("/$", "");
    var own = provider.redirect() == Redirect.OWN ? "/" + provider.name() : "";
    var addresses = new ArrayList<Address>();
    addresses.add(new Address("redirect URI", base + "/callback" + own));
    addresses.add(new Address("post-logout redirect URI", base + "/logout/callback"));
    addresses.add(new Address("back-channel logout URI", base + "/backchannel-logout"));
    if (provider.frontChannelLogout()) {
      addresses.add(new Address("front-channel logout URI", base + "/frontchannel-logout"));
    }
    return addresses;
  }
}
