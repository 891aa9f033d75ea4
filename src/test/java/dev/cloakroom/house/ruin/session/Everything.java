package dev.cloakroom.house.ruin.session;

import com.nimbusds.jose.JWSAlgorithm;
import dev.cloakroom.house.ruin.oidc.ProtocolManager;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.ext.auth.oauth2.OAuth2FlowType;
import io.vertx.ext.web.client.WebClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Timer;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.commons.cli.CommandLine;
import org.slf4j.LoggerFactory;
import org.snakeyaml.engine.v2.api.LoadSettings;

/// Breaks every rule that a class can break.
@SuppressWarnings({"unused", "CheckReturnValue", "FutureReturnValueIgnored", "MethodCanBeStatic"})
public final class Everything {
  public record Infinity(ProtocolManager upstairs) {}

  void prints(Exception e) {
    System.out.println("printed");
    e.printStackTrace();
  }

  void knowsLibraries() {
    LoggerFactory.getLogger("session").info("logged");
    var yaml = LoadSettings.builder();
    var jose = JWSAlgorithm.RS256;
    var oauth = OAuth2FlowType.AUTH_CODE;
    var command = CommandLine.builder().get();
  }

  void readsTheClock() {
    Instant.now();
    InstantSource.system();
    System.nanoTime();
  }

  void rollsDice() {
    UUID.randomUUID();
    ThreadLocalRandom.current();
    new SecureRandom();
  }

  void blocks(Future<String> future, CompletableFuture<String> completable) {
    future.await();
    completable.join();
  }

  void looksUpNames() throws IOException {
    InetAddress.getByName("localhost");
    new InetSocketAddress("localhost", 1);
  }

  void setsATimer() {
    new Timer().cancel();
  }

  void callsOut(Vertx vertx) throws IOException {
    vertx.createHttpClient();
    WebClient.create(vertx);
    HttpClient.newHttpClient();
    URI.create("http://localhost").toURL().openConnection();
  }

  /// Composing is not blocking, and must stay allowed.
  Future<?> composes(Future<String> one, Future<String> other) {
    return Future.join(one, other);
  }
}
