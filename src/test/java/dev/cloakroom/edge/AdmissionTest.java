package dev.cloakroom.edge;

import static dev.cloakroom.edge.CrossSiteGuardTest.headers;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.Case;
import dev.cloakroom.house.Proves;
import dev.cloakroom.proxy.RequestTarget;
import io.vertx.core.MultiMap;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AdmissionTest {
  private final Admission admission =
      new Admission(
          new Surface("https", Set.of("app.test", "alt.test:8443"), "/auth", Set.of(), false),
          RequestTarget::parse);

  private ProblemCode refusal(String method, String uri, MultiMap headers) {
    return admission.admit(method, uri, headers) instanceof Admission.Refused(var problem)
        ? problem.code()
        : ProblemCode.INTERNAL_ERROR;
  }

  private boolean admits(String uri, String host) {
    return admission.admit("GET", uri, headers("Host", host)) instanceof Admission.Admitted;
  }

  @Test
  void theOwnAuthoritiesAreServed() {
    assertThat(admits("/x", "app.test")).isTrue();
    assertThat(admits("/x", "APP.test:443")).isTrue();
    assertThat(admits("/x", "alt.test:8443")).isTrue();
    assertThat(admits("https://app.test/x", "app.test")).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"evil.test", "app.test.", "app.test:8080", "alt.test", "127.0.0.1"})
  @Proves("BFF-10")
  void anotherAuthorityIsMisdirected(String host) {
    assertThat(refusal("GET", "/x", headers("Host", host)))
        .isEqualTo(ProblemCode.MISDIRECTED_REQUEST);
  }

  @Test
  @Proves("PX-05")
  void exactlyOneValidHost() {
    assertThat(refusal("GET", "/x", headers())).isEqualTo(ProblemCode.BAD_REQUEST);
    assertThat(refusal("GET", "/x", headers("Host", "app.test", "Host", "app.test")))
        .isEqualTo(ProblemCode.BAD_REQUEST);
    for (var bad :
        new String[] {"", "a b", "app.test/x", "user@app.test", "app.test:", "app,test"}) {
      assertThat(refusal("GET", "/x", headers("Host", bad))).isEqualTo(ProblemCode.BAD_REQUEST);
    }
  }

  @Test
  @Proves("PX-07")
  void aFieldWithoutANameIsRefused() {
    assertThat(refusal("GET", "/x", headers("Host", "app.test", "", "b")))
        .isEqualTo(ProblemCode.BAD_REQUEST);
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip, chunked", "identity", "chunked, chunked", "", "xchunked"})
  @Proves("PX-06")
  void noTransferCodingButChunkedIsTaken(String coding) {
    assertThat(refusal("POST", "/x", headers("Host", "app.test", "Transfer-Encoding", coding)))
        .isEqualTo(ProblemCode.BAD_REQUEST);
  }

  @ParameterizedTest
  @ValueSource(strings = {"chunked", "Chunked"})
  void chunkedIsTaken(String coding) {
    assertThat(
            admission.admit("POST", "/x", headers("Host", "app.test", "Transfer-Encoding", coding)))
        .isInstanceOf(Admission.Admitted.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"TRACE", "CONNECT"})
  @Proves("PX-04")
  @Case("T64")
  void traceAndConnectAreRefusedAndTheConnectionCloses(String method) {
    assertThat(admission.admit(method, "/x", headers("Host", "app.test")))
        .isInstanceOfSatisfying(
            Admission.Refused.class,
            refused -> {
              assertThat(refused.problem().code()).isEqualTo(ProblemCode.METHOD_NOT_ALLOWED);
              assertThat(refused.problem().close()).isTrue();
            });
  }

  @ParameterizedTest
  @CsvSource({
    "/public#/../api",
    "http://evil.test/x",
    "https://evil.test/x",
    "/a/../b",
    "/a%2e%2e/b",
    "//evil.test/x",
    "x"
  })
  @Proves("BFF-11")
  void anAmbiguousTargetIsRefused(String uri) {
    assertThat(refusal("GET", uri, headers("Host", "app.test")))
        .isEqualTo(ProblemCode.INVALID_REQUEST_PATH);
  }

  @Test
  void aQuestionAboutTheServerIsAnswered() {
    assertThat(admission.admit("OPTIONS", "*", headers("Host", "app.test")))
        .isEqualTo(new Admission.ServerWide());
  }
}
