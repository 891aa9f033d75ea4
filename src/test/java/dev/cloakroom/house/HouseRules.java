package dev.cloakroom.house;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaConstructorCall;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.net.InetSocketAddress;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The rules of the house for the packages below one root: `dev.cloakroom` itself, or the ruin that
/// shows that each rule can fail.
record HouseRules(String root) {
  /// Which rooms a room may know, beside itself and `observe`. A room that is not here does not
  /// belong to the house.
  static final Map<String, Set<String>> STAIRS = stairs();

  private static Map<String, Set<String>> stairs() {
    var stairs = new LinkedHashMap<String, Set<String>>();
    stairs.put("observe", Set.of());
    stairs.put("octets", Set.of());
    stairs.put("crypto", Set.of());
    stairs.put("jose", Set.of("crypto"));
    stairs.put("dpop", Set.of("jose", "crypto"));
    stairs.put("oidc.client", Set.of("dpop", "jose", "crypto"));
    stairs.put("oidc", Set.of("oidc.client", "dpop", "jose", "crypto"));
    stairs.put("session", Set.of("oidc", "jose", "crypto"));
    stairs.put(
        "session.redis", Set.of("session", "oidc", "crypto")); // only root and config know it
    var belowFlows = Set.of("session", "oidc", "jose", "crypto");
    stairs.put("login.app", belowFlows);
    stairs.put("login.landing", Set.of());
    stairs.put("login", with(belowFlows, "login.app", "login.landing"));
    stairs.put("logout", belowFlows);
    stairs.put("token", belowFlows);
    stairs.put("upstream.exchange", Set.of("octets")); // only upstream and proxy know it
    stairs.put("upstream", Set.of("upstream.exchange", "crypto"));
    stairs.put(
        "proxy",
        Set.of("upstream", "upstream.exchange", "crypto")); // a credential, never a session
    stairs.put("limit", Set.of());
    stairs.put("identity", Set.of("proxy", "session", "oidc", "jose", "crypto"));
    var belowEdge =
        Set.of(
            "login",
            "login.app",
            "login.landing",
            "logout",
            "token",
            "identity",
            "limit",
            "proxy",
            "upstream",
            "session",
            "oidc",
            "dpop",
            "jose",
            "crypto");
    stairs.put("edge.arrival", Set.of("octets")); // only edge knows it
    stairs.put("edge", with(belowEdge, "edge.arrival"));
    stairs.put("manage", belowEdge);
    stairs.put("config.text", Set.of("crypto"));
    stairs.put("config.shape", Set.of("config.text", "jose", "crypto"));
    stairs.put("config.preset", Set.of()); // only config and what is above it know it
    var belowRoot =
        with(
            belowEdge,
            "edge",
            "manage",
            "session.redis",
            "config.preset",
            "config.text",
            "config.shape",
            "oidc.client");
    stairs.put("config", belowRoot);
    stairs.put("", with(belowRoot, "config"));
    stairs.put("cli.doctor", with(belowRoot, "config"));
    stairs.put("cli.registration", Set.of("oidc.client", "jose", "crypto"));
    stairs.put("cli.line", Set.of("config.text")); // for its suggestions
    stairs.put("cli", with(belowRoot, "config", "", "cli.line", "cli.doctor", "cli.registration"));
    return stairs;
  }

  private static Set<String> with(Set<String> some, String... more) {
    var all = new java.util.HashSet<>(some);
    all.addAll(List.of(more));
    return Set.copyOf(all);
  }

  private String room(String name) {
    return name.isEmpty() ? root : root + "." + name;
  }

  private String[] rooms(Collection<String> names) {
    return names.stream().map(this::room).toArray(String[]::new);
  }

  /// Arrows only go down, as far as `room` is concerned.
  ArchRule arrowsOf(String room) {
    var unknown =
        STAIRS.keySet().stream()
            .filter(
                other ->
                    !other.equals(room)
                        && !other.equals("observe")
                        && !STAIRS.getOrDefault(room, Set.of()).contains(other))
            .toList();
    return noClasses()
        .that()
        .resideInAPackage(room(room))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(rooms(unknown))
        .allowEmptyShould(true);
  }

  ArchRule everyRoomIsKnown() {
    return classes().should().resideInAnyPackage(rooms(STAIRS.keySet()));
  }

  ArchRule noCycles() {
    return slices().matching(root + ".(*)..").should().beFreeOfCycles();
  }

  /// Nobody but `room` uses the library whose packages begin with `library`.
  ArchRule only(String room, String... library) {
    return noClasses()
        .that()
        .resideOutsideOfPackage(room(room))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(library);
  }

  ArchRule onlyCliPrints() {
    return noClasses()
        .that()
        .resideOutsideOfPackage(room("cli"))
        .should()
        .accessField(System.class, "out")
        .orShould()
        .accessField(System.class, "err")
        .orShould()
        .callMethodWhere(
            target(owner(DescribedPredicate.describe("a throwable", HouseRules::isThrowable)))
                .and(target(name("printStackTrace"))));
  }

  private static boolean isThrowable(JavaClass type) {
    return type.isAssignableTo(Throwable.class);
  }

  /// Time is an argument. `cli` hands it in.
  ArchRule nobodyReadsTheWallClock() {
    return noClasses()
        .that()
        .resideOutsideOfPackage(room("cli"))
        .should()
        .callMethodWhere(
            target(owner(resideInAnyPackage("java.time..")))
                .and(target(nameMatching("now|system|systemUTC|systemDefaultZone|tick.*"))))
        .orShould()
        .callMethodWhere(
            target(owner(type(System.class)))
                .and(target(nameMatching("currentTimeMillis|nanoTime"))))
        .orShould()
        .callConstructor(java.util.Date.class);
  }

  /// Randomness is an argument. `Entropy` alone draws it.
  ArchRule nobodyRollsDice() {
    return noClasses()
        .that()
        .doNotHaveFullyQualifiedName(room("crypto") + ".Entropy")
        .should()
        .callMethodWhere(target(owner(type(java.util.UUID.class))).and(target(name("randomUUID"))))
        .orShould()
        .callMethodWhere(target(owner(type(Math.class))).and(target(name("random"))))
        .orShould()
        .callMethodWhere(
            target(owner(type(java.util.concurrent.ThreadLocalRandom.class)))
                .and(target(name("current"))))
        .orShould()
        .callConstructorWhere(
            DescribedPredicate.describe(
                "a generator of random numbers", HouseRules::makesAGenerator));
  }

  private static boolean makesAGenerator(JavaConstructorCall call) {
    return call.getTargetOwner().isAssignableTo(java.util.random.RandomGenerator.class);
  }

  /// Nothing blocks, but for the main thread, which belongs to `cli`.
  ArchRule nobodyBlocks() {
    return noClasses()
        .that()
        .resideOutsideOfPackage(room("cli") + "..")
        .should()
        .callMethodWhere(DescribedPredicate.describe("a call that blocks", HouseRules::blocks))
        .orShould()
        .callConstructor(InetSocketAddress.class, String.class, int.class); // resolves the name
  }

  /// Timers are those of the event loops, which follow no wall clock.
  ArchRule timersAreOfTheLoops() {
    return noClasses()
        .that()
        .resideOutsideOfPackage(room("cli") + "..")
        .should()
        .dependOnClassesThat()
        .belongToAnyOf(
            java.util.Timer.class,
            java.util.TimerTask.class,
            java.util.concurrent.ScheduledExecutorService.class,
            java.util.concurrent.Executors.class);
  }

  private static final Set<String> BLOCKING =
      Set.of(
          "io.vertx.core.Future.await",
          "io.vertx.core.Future.join",
          "java.util.concurrent.CompletableFuture.get",
          "java.util.concurrent.CompletableFuture.join",
          "java.util.concurrent.Future.get",
          "java.util.concurrent.CountDownLatch.await",
          "java.util.concurrent.Semaphore.acquire",
          "java.util.concurrent.BlockingQueue.take",
          "java.util.concurrent.BlockingQueue.put",
          "java.lang.Thread.sleep",
          "java.lang.Thread.join",
          "java.lang.Object.wait",
          "java.net.InetAddress.getByName",
          "java.net.InetAddress.getAllByName",
          "java.net.InetAddress.getLocalHost",
          "java.net.InetAddress.getHostName",
          "java.net.InetAddress.getCanonicalHostName",
          "java.net.InetSocketAddress.getHostName",
          "java.net.URL.equals",
          "java.net.URL.hashCode",
          "java.lang.Process.waitFor",
          "java.security.KeyPairGenerator.generateKeyPair",
          "javax.crypto.SecretKeyFactory.generateSecret",
          "java.net.http.HttpClient.send");

  private static boolean blocks(JavaCall<?> call) {
    // Static Future.join(a, b) waits for nobody: it composes.
    var composes =
        call.getTargetOwner().getName().equals("io.vertx.core.Future")
            && call.getName().equals("join")
            && !call.getTarget().getRawParameterTypes().isEmpty();
    return !composes && BLOCKING.contains(call.getTargetOwner().getName() + "." + call.getName());
  }

  /// Who makes HTTP clients: the two that check addresses, certificates, bounds and timeouts, and
  /// the commands that talk to what runs on the user's order.
  private static final Set<String> MAKERS =
      Set.of(
          "upstream.Clients",
          "oidc.client.ProviderHttp",
          "cli.DemoProvider",
          "cli.HealthCommand",
          "cli.doctor.Probe");

  private static final Set<String> MADE =
      Set.of(
          "io.vertx.core.Vertx.createHttpClient",
          "io.vertx.core.Vertx.httpClientBuilder",
          "io.vertx.core.Vertx.createWebSocketClient",
          "io.vertx.core.Vertx.webSocketClientBuilder",
          "io.vertx.core.http.HttpClientBuilder.build",
          "io.vertx.ext.web.client.WebClient.create",
          "io.vertx.ext.web.client.WebClient.wrap",
          "java.net.http.HttpClient.newHttpClient",
          "java.net.http.HttpClient.newBuilder",
          "java.net.URL.openConnection",
          "java.net.URL.openStream",
          "java.net.URL.getContent");

  ArchRule fewMakeHttpClients() {
    return noClasses()
        .that(
            DescribedPredicate.describe(
                "are none of " + MAKERS,
                type -> MAKERS.stream().map(this::room).noneMatch(outermost(type)::equals)))
        .should()
        .callMethodWhere(
            DescribedPredicate.describe("a call that makes an HTTP client", HouseRules::makesHttp));
  }

  private static String outermost(JavaClass type) {
    return type.getName().replaceFirst("\\$.*", "");
  }

  private static boolean makesHttp(JavaCall<?> call) {
    return MADE.contains(call.getTargetOwner().getName() + "." + call.getName());
  }

  ArchRule classesAreFinalOrSealed() {
    return classes()
        .that()
        .areNotInterfaces()
        .and()
        .areNotAnonymousClasses()
        .should(beFinalOrSealed())
        .allowEmptyShould(true);
  }

  private static ArchCondition<JavaClass> beFinalOrSealed() {
    return new ArchCondition<>("be final or sealed") {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        var closed = type.getModifiers().contains(JavaModifier.FINAL) || type.reflect().isSealed();
        events.add(new SimpleConditionEvent(type, closed, type.getName() + " is open"));
      }
    };
  }

  ArchRule namesSayWhatThingsAre() {
    return noClasses()
        .should()
        .haveSimpleNameEndingWith("Impl")
        .orShould()
        .haveNameMatching(".*(Manager|Helper|Util|Utils|Service|Base|Data|Info)")
        .orShould()
        .haveNameMatching(".*[.$]Abstract[A-Z]\\w*");
  }

  private static DescribedPredicate<JavaClass> type(Class<?> type) {
    return DescribedPredicate.describe(
        type.getSimpleName(), candidate -> candidate.isEquivalentTo(type));
  }
}
