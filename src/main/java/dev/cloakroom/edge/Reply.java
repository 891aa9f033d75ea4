package dev.cloakroom.edge;

import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// What a handler decided. Only [Front] turns it into bytes.
public sealed interface Reply {
  /// 302, or 303 after a POST. `location` may hold an ID token and is never printed.
  record Redirect(int status, String location, List<String> cookies, Map<String, String> headers)
      implements Reply {
    public Redirect {
      cookies = List.copyOf(cookies);
      headers = Map.copyOf(headers);
    }

    Redirect(int status, String location, List<String> cookies) {
      this(status, location, cookies, Map.of());
    }

    @Override
    public String toString() {
      return "Redirect[" + status + "]";
    }
  }

  /// 200 with a JSON object.
  record Json(JsonObject body, List<String> cookies, Map<String, String> headers) implements Reply {
    public Json {
      cookies = List.copyOf(cookies);
      headers = Map.copyOf(headers);
    }

    @Override
    public String toString() {
      return "Json[hidden]";
    }
  }

  /// A page of the gateway's own.
  record Page(int status, String html, List<String> cookies) implements Reply {
    public Page {
      cookies = List.copyOf(cookies);
    }

    Page(int status, String html) {
      this(status, html, List.of());
    }

    @Override
    public String toString() {
      return "Page[" + status + "]";
    }
  }

  /// 200 with an empty page, the only one of ours that may be framed.
  ///
  /// @param ancestor the origin that may frame it; empty: none
  record Frame(Optional<String> ancestor) implements Reply {}

  record Empty(int status, Map<String, String> headers) implements Reply {
    public Empty {
      headers = Map.copyOf(headers);
    }

    @Override
    public String toString() {
      return "Empty[" + status + "]";
    }
  }

  /// A page for a navigation, `problem+json` for everything else.
  record Failure(Problem problem, List<String> cookies) implements Reply {
    public Failure {
      cookies = List.copyOf(cookies);
    }

    Failure(Problem problem) {
      this(problem, List.of());
    }
  }

  /// A file of the single-page app. `length` bytes from `offset`; zero: header fields only.
  ///
  /// @param policy the content security policy that goes with it
  record Asset(
      int status, Path file, long offset, long length, Map<String, String> headers, String policy)
      implements Reply {
    public Asset {
      headers = Map.copyOf(headers);
    }
  }

  /// An event stream: `subscriber` is given the way to send text and to end it.
  record Stream(Consumer<Sink> subscriber) implements Reply {}

  /// The forwarder has answered already; 0: nobody was left to answer.
  record Relayed(int status) implements Reply {}

  /// The open end of a [Stream]. Used on the request's own context only.
  interface Sink {
    void send(String text);

    void end();

    /// Called once when the stream is over, whoever ended it.
    void onClose(Runnable action);
  }

  static Failure failure(ProblemCode code) {
    return new Failure(Problem.of(code));
  }

  static Failure failure(ProblemCode code, String reason) {
    return new Failure(Problem.of(code, reason));
  }
}
