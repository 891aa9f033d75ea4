package dev.cloakroom.login;

import static dev.cloakroom.login.LoginScene.parameters;
import static dev.cloakroom.login.LoginScene.query;
import static dev.cloakroom.login.LoginScene.signedIn;
import static dev.cloakroom.world.Waiting.on;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.Proves;
import dev.cloakroom.login.LoginScene.Started;
import dev.cloakroom.observe.Event;
import dev.cloakroom.oidc.CodeVerifier;
import dev.cloakroom.oidc.RedeemOutcome;
import dev.cloakroom.session.EndCause;
import dev.cloakroom.session.FrontEnd;
import dev.cloakroom.session.SessionSelector;
import dev.cloakroom.session.SessionStore.Lookup;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// From the code to the session.
class LoginSessionTest {
  private final LoginScene login = new LoginScene();

  @Test
  @Proves({"PKCE-07", "AZ-12", "AZ-13", "AZ-01"})
  void theCodeGoesOutWithWhatTheAttemptPromised() {
    var started = login.starts("max_age", "300", "acr_values", "gold silver");
    assertThat(login.returns(started, "code", "c")).isInstanceOf(LoginOutcome.SignedIn.class);
    var redemption = login.main.redeemed().getFirst();
    assertThat(redemption.redirectUri()).isEqualTo(LoginScene.REDIRECT_URI);
    assertThat(new CodeVerifier(redemption.verifier().value()).challenge())
        .isEqualTo(started.sent("code_challenge"));
    assertThat(redemption.nonce().value()).isEqualTo(started.sent("nonce"));
    assertThat(redemption.maxAge()).contains(Duration.ofMinutes(5));
    assertThat(redemption.acrValues()).containsExactly("gold", "silver");
  }

  @Test
  void aRefusedCodeStartsNoSession() {
    login.main.redeemsWith(new RedeemOutcome.Refused("nonce"));
    var started = login.starts("return_to", "/a");
    assertThat(login.returns(started, "code", "c"))
        .isEqualTo(
            new LoginOutcome.Rejected(Optional.empty(), "/a", started.redirect().attempt().name()));
    assertThat(login.store.size()).isZero();
    assertThat(login.reasons()).containsExactly("nonce");
  }

  @Test
  @Proves("CB-12")
  void whoHangsUpDuringTheExchangeLeavesAWholeSessionOrNone() {
    Promise<RedeemOutcome> answer = Promise.promise();
    login.main.onRedeem(_ -> answer.future());
    var started = login.starts();
    var parameters = parameters("code", "c", "state", started.sent("state"));
    Future<LoginOutcome> call =
        login.flow.finish(
            new CallbackRequest(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                parameters,
                List.copyOf(login.jar)));
    assertThat(login.store.size()).isZero();
    answer.complete(login.main.grants("alice", "sid-1"));
    var done = signedIn(on(call));
    assertThat(on(login.store.find(done.id(), false))).isInstanceOf(Lookup.Live.class);
  }

  @Test
  @Proves("CK-12")
  void aSessionHoldsTheLoginAndShowsOnlyWhatIsListed() {
    var done = signedIn(login.returns(login.starts(), "code", "c"));
    var session = ((Lookup.Live) on(login.store.find(done.id(), false))).session();
    assertThat(session).isEqualTo(done.session());
    assertThat(session.provider()).isEqualTo("main");
    assertThat(session.identity().subject()).isEqualTo("alice");
    assertThat(new JsonObject(session.claims()).fieldNames()).containsExactly("sub", "name");
    assertThat(session.expiresAt()).isEqualTo(login.clock.instant().plus(Duration.ofHours(8)));
    assertThat(session.handle()).hasSize(22).isNotEqualTo(session.key().value());
    assertThat(done.id().reveal()).doesNotContain(session.handle());
    assertThat(login.events.of(Event.LoginSucceeded.class))
        .containsExactly(new Event.LoginSucceeded("main", session.handle()));
  }

  @Test
  @Proves({"CK-12", "CB-14"})
  void aLoginInsideASessionTakesItsPlace() {
    var alice = signedIn(login.returns(login.starts(), "code", "c"));
    login.main.redeemsWith(login.main.grants("bob", "sid-2"));
    var redirect = (BeginOutcome.Redirect) login.begins(Optional.of(alice.id()), false);
    login.jar.add(redirect.attempt());
    var bob =
        signedIn(login.returns(new Started(redirect, query(redirect.location())), "code", "c"));
    assertThat(bob.id().key()).isNotEqualTo(alice.id().key());
    assertThat(on(login.store.find(alice.id(), false)))
        .isEqualTo(new Lookup.Gone(EndCause.REPLACED));
    assertThat(bob.session().identity().subject()).isEqualTo("bob");
    assertThat(login.main.revoked()).containsExactly(alice.session().tokens());
    assertThat(login.store.size()).isEqualTo(1);
  }

  @Test
  @Proves("CK-09")
  void anOlderTabMayFinishAfterANewerOne() {
    var older = login.starts("return_to", "/older");
    var newer = login.starts("return_to", "/newer");
    assertThat(signedIn(login.returns(newer, "code", "c")).returnTo()).isEqualTo("/newer");
    var last = signedIn(login.returns(older, "code", "c"));
    assertThat(last.returnTo()).isEqualTo("/older");
    assertThat(on(login.store.find(last.id(), false))).isInstanceOf(Lookup.Live.class);
  }

  @Test
  @Proves("BCL-16")
  void aLogoutThatOvertakesTheLoginWins() {
    login.main.onRedeem(
        _ -> {
          var sid = new SessionSelector.BySid(FrontEnd.ONLY, login.main.issuer(), "sid-1");
          return login
              .store
              .endAll(sid, EndCause.BACK_CHANNEL)
              .map(_ -> login.main.grants("alice", "sid-1"));
        });
    assertThat(login.returns(login.starts(), "code", "c"))
        .isInstanceOf(LoginOutcome.Rejected.class);
    assertThat(login.store.size()).isZero();
    assertThat(login.main.revoked()).hasSize(1);
    assertThat(login.reasons()).containsExactly("LOGGED_OUT_MEANWHILE");
  }

  @Test
  @Proves("SES-05")
  void withoutTheStoreNoCodeIsSpentAndNoTokenIsLost() {
    var started = login.starts();
    login.store.goesAway();
    var outcome = (LoginOutcome.TryLater) login.returns(started, "code", "c");
    assertThat(outcome.storeUnavailable()).isTrue();
    assertThat(login.main.redeemed()).isEmpty();
    login.store.comesBack();
    login.main.onRedeem(
        _ -> {
          login.store.goesAway();
          return Future.succeededFuture(login.main.grants("alice", "sid-1"));
        });
    assertThat(
            ((LoginOutcome.TryLater) login.returns(login.starts(), "code", "c")).storeUnavailable())
        .isTrue();
    assertThat(login.main.revoked()).hasSize(1);
  }
}
