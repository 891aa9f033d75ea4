package dev.cloakroom.login;

import static dev.cloakroom.world.Waiting.on;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.crypto.Entropy;
import dev.cloakroom.crypto.KeyRingSealer;
import dev.cloakroom.crypto.Sealer;
import dev.cloakroom.login.app.NativeApps;
import dev.cloakroom.login.landing.Landings;
import dev.cloakroom.observe.Event;
import dev.cloakroom.oidc.Provider;
import dev.cloakroom.oidc.ProviderSettings.ResponseMode;
import dev.cloakroom.session.FrontEnd;
import dev.cloakroom.session.MemorySessionStore;
import dev.cloakroom.session.Revoker;
import dev.cloakroom.session.SessionId;
import dev.cloakroom.session.SessionKey;
import dev.cloakroom.session.SessionSettings;
import dev.cloakroom.world.EventList;
import dev.cloakroom.world.ProviderStandIn;
import dev.cloakroom.world.TestClock;
import dev.cloakroom.world.WaveringStore;
import io.vertx.core.MultiMap;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/// A login flow with two providers, and a browser, as far as the flow sees one.
final class LoginScene {
  static final URI REDIRECT_URI = URI.create("https://app.test/auth/callback");
  private static final SessionSettings SETTINGS =
      new SessionSettings(Duration.ofHours(1), Duration.ofHours(8), 1_000, OptionalInt.empty());

  final TestClock clock = new TestClock();
  final EventList events = new EventList();
  final Entropy entropy = Entropy.secure();
  private final Sealer sealer = KeyRingSealer.forThisProcess(entropy);
  final ProviderStandIn main = new ProviderStandIn("main", clock);
  final ProviderStandIn other = new ProviderStandIn("other", clock, ResponseMode.FORM_POST, true);
  final WaveringStore store = new WaveringStore(new MemorySessionStore(SETTINGS, clock, events));
  final LoginFlow flow = flow(sealer);

  /// The attempt cookies of the browser.
  final List<AttemptCookie> jar = new ArrayList<>();

  /// The session whose cookie comes with a callback.
  Optional<SessionKey> came = Optional.empty();

  /// The cookie of [Rounds] that comes with the start of a login.
  Optional<String> rounds = Optional.empty();

  LoginFlow flow(Sealer seals) {
    Map<String, Provider> providers = new LinkedHashMap<>();
    providers.put("main", main);
    providers.put("other", other);
    return new LoginFlow(
        FrontEnd.ONLY,
        providers,
        store,
        new Revoker(providers, events),
        seals,
        new Landings(
            path -> !path.startsWith("/api/") && !path.startsWith("/portal/"),
            path -> path.startsWith("/portal/")),
        SETTINGS,
        REDIRECT_URI,
        new NativeApps(List.of(), "https://app.test"),
        clock,
        entropy,
        events);
  }

  BeginOutcome begins(Optional<SessionId> current, boolean crossSite, String... pairs) {
    var parameters = parameters(pairs);
    if (!parameters.contains("provider")) {
      parameters.add("provider", "main");
    }
    return on(
        flow.begin(
            new LoginRequest(
                parameters,
                crossSite ? LoginRequest.From.ELSEWHERE : LoginRequest.From.HERE,
                Optional.empty(),
                current,
                List.copyOf(jar),
                rounds)));
  }

  Started starts(String... pairs) {
    var redirect = (BeginOutcome.Redirect) begins(Optional.empty(), false, pairs);
    jar.removeIf(cookie -> redirect.evicted().contains(cookie.name()));
    jar.add(redirect.attempt());
    return new Started(redirect, query(redirect.location()));
  }

  LoginOutcome returns(Started started, String... pairs) {
    var parameters = parameters(pairs).add("state", started.sent("state"));
    return returns(Optional.empty(), parameters);
  }

  LoginOutcome returns(Optional<String> pathProvider, MultiMap parameters) {
    var outcome =
        on(
            flow.finish(
                new CallbackRequest(
                    pathProvider, came, Optional.empty(), parameters, List.copyOf(jar))));
    spent(outcome).ifPresent(name -> jar.removeIf(cookie -> cookie.name().equals(name)));
    return outcome;
  }

  private static Optional<String> spent(LoginOutcome outcome) {
    return switch (outcome) {
      case LoginOutcome.SignedIn signedIn -> Optional.of(signedIn.spent());
      case LoginOutcome.StateMismatch(var spent) -> spent;
      case LoginOutcome.Rejected rejected -> Optional.of(rejected.spent());
      case LoginOutcome.GoneBack(_, var spent) -> Optional.of(spent);
      case LoginOutcome.GoOn(_, _, var spent) -> Optional.of(spent);
      case LoginOutcome.TryLater later -> Optional.of(later.spent());
      case LoginOutcome.ToApp(_, var spent) -> Optional.of(spent);
      case LoginOutcome.AppGoesOn(_, var spent) -> Optional.of(spent);
    };
  }

  record Started(BeginOutcome.Redirect redirect, Map<String, String> query) {
    String sent(String name) {
      return Objects.requireNonNull(query.get(name));
    }
  }

  static MultiMap parameters(String... pairs) {
    var parameters = MultiMap.caseInsensitiveMultiMap();
    for (int i = 0; i < pairs.length; i += 2) {
      parameters.add(pairs[i], pairs[i + 1]);
    }
    return parameters;
  }

  static Map<String, String> query(String location) {
    Map<String, String> query = new LinkedHashMap<>();
    for (var pair : location.substring(location.indexOf('?') + 1).split("&", -1)) {
      int equals = pair.indexOf('=');
      query.put(pair.substring(0, equals), pair.substring(equals + 1));
    }
    return query;
  }

  static LoginOutcome.SignedIn signedIn(LoginOutcome outcome) {
    assertThat(outcome).isInstanceOf(LoginOutcome.SignedIn.class);
    return (LoginOutcome.SignedIn) outcome;
  }

  void isMismatch(LoginOutcome outcome) {
    assertThat(outcome).isInstanceOf(LoginOutcome.StateMismatch.class);
    assertThat(main.redeemed()).isEmpty();
    assertThat(other.redeemed()).isEmpty();
    assertThat(store.size()).isZero();
  }

  List<String> reasons() {
    return events.of(Event.LoginRejected.class).stream().map(Event.LoginRejected::reason).toList();
  }
}
