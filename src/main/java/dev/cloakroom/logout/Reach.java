package dev.cloakroom.logout;

import dev.cloakroom.oidc.ProviderSettings;
import dev.cloakroom.session.FrontEnd;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Which front ends a provider's order reaches: those whose client it knows by the same id. One
/// client has one logout address there, wherever its users are logged in.
public final class Reach {
  private final Map<Client, List<FrontEnd>> frontEnds = new HashMap<>();

  private record Client(String issuer, String id) {
    static Client of(ProviderSettings settings) {
      return new Client(settings.issuer(), settings.clientId());
    }
  }

  /// Takes the front ends and the providers of each.
  public Reach(Map<FrontEnd, ? extends Collection<ProviderSettings>> providers) {
    providers.forEach(
        (frontEnd, known) ->
            known.stream()
                .map(Client::of)
                .distinct()
                .forEach(
                    client ->
                        frontEnds.computeIfAbsent(client, _ -> new ArrayList<>()).add(frontEnd)));
  }

  List<FrontEnd> of(ProviderSettings provider) {
    return frontEnds.getOrDefault(Client.of(provider), List.of());
  }
}
