package dev.cloakroom.world;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.util.List;
import java.util.Objects;

/// What came back for one request, at the end of its redirects if those were followed.
///
/// @param hops the answers that led here, oldest first, this one last
public record Answer(
    String method, URI uri, int status, MultiMap headers, Buffer body, List<Answer> hops) {

  public Answer answers(int expected) {
    assertThat(status).as("%s %s: %s", method, uri, text()).isEqualTo(expected);
    return this;
  }

  /// An error of the gateway itself, as RFC 9457 wants it.
  public Answer refuses(int expected, String code) {
    answers(expected);
    assertThat(header("Content-Type")).startsWith("application/problem+json");
    var problem = json();
    assertThat(problem.getString("code")).as(text()).isEqualTo(code);
    assertThat(problem.getString("type"))
        .isEqualTo("urn:cloakroom:problem:" + code.replace('_', '-'));
    assertThat(problem.getInteger("status")).isEqualTo(expected);
    assertThat(problem.getString("title")).isNotBlank();
    assertThat(problem.getString("trace_id")).isNotBlank();
    assertThat(header("Cache-Control")).contains("no-store");
    return this;
  }

  /// A readable page that names the code and leads on.
  public Answer shows(int expected, String code) {
    answers(expected);
    assertThat(header("Content-Type")).startsWith("text/html");
    assertThat(header("Content-Security-Policy")).contains("default-src 'none'");
    assertThat(header("X-Content-Type-Options")).isEqualTo("nosniff");
    assertThat(header("Cache-Control")).contains("no-store");
    assertThat(text()).contains(code).contains("<a ").doesNotContain("<script");
    return this;
  }

  public String header(String name) {
    return Objects.requireNonNullElse(headers.get(name), "");
  }

  public String text() {
    return body.toString(UTF_8);
  }

  public JsonObject json() {
    return new JsonObject(text());
  }

  public URI location() {
    return uri.resolve(header("Location"));
  }

  public List<String> setCookies() {
    return headers.getAll("Set-Cookie");
  }
}
