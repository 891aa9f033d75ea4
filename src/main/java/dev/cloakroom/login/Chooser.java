package dev.cloakroom.login;

import dev.cloakroom.oidc.Provider;
import io.vertx.core.MultiMap;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Which provider a login goes to when none is named: the only one that is listed, or the one that
/// the user chooses.
final class Chooser {
  private final Map<String, Provider> providers;
  private final List<Provider> listed;

  Chooser(Map<String, Provider> providers) {
    this(
        providers,
        providers.values().stream()
            .filter(provider -> provider.settings().display().listed())
            .toList());
  }

  private Chooser(Map<String, Provider> providers, List<Provider> listed) {
    this.providers = providers;
    this.listed = listed;
  }

  /// With no choice but the one that is named, listed or not.
  Chooser just(String name) {
    return new Chooser(
        providers, Optional.ofNullable(providers.get(name)).map(List::of).orElse(List.of()));
  }

  /// The one that takes who names none; empty when there is a choice.
  Optional<String> only() {
    return switch (listed.size()) {
      case 0 -> providers.keySet().stream().findFirst();
      case 1 -> Optional.of(listed.getFirst().settings().name());
      default -> Optional.empty();
    };
  }

  /// The choices. A parameter that a provider does not take is left out for it; one that none takes
  /// is refused.
  ///
  /// @param own what each choice says to the gateway itself
  BeginOutcome offer(Map<String, String> own, MultiMap asked) {
    var refused = asked.names().stream().filter(name -> !isForSomebody(name, asked)).findFirst();
    if (refused.isPresent()) {
      return new BeginOutcome.InvalidParameter(refused.get());
    }
    var choices = new ArrayList<BeginOutcome.Choice>();
    for (var provider : listed) {
      var parameters = new LinkedHashMap<String, String>();
      parameters.put("provider", provider.settings().name());
      parameters.putAll(own);
      asked.names().stream()
          .filter(name -> !LoginParameters.OWN.contains(name) && takes(provider, name, asked))
          .forEach(name -> parameters.put(name, asked.get(name)));
      choices.add(new BeginOutcome.Choice(provider.settings().display().label(), parameters));
    }
    return new BeginOutcome.Choose(choices, Optional.ofNullable(own.get("app")));
  }

  private boolean isForSomebody(String name, MultiMap asked) {
    return listed.stream().anyMatch(provider -> takes(provider, name, asked));
  }

  private static boolean takes(Provider provider, String name, MultiMap asked) {
    var alone = MultiMap.caseInsensitiveMultiMap().add(name, asked.getAll(name));
    return LoginParameters.check(alone, provider.settings().allowedLoginParams())
        instanceof LoginParameters.Accepted;
  }
}
