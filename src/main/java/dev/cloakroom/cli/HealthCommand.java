package dev.cloakroom.cli;

import dev.cloakroom.cli.line.Arguments;
import dev.cloakroom.cli.line.Command;
import dev.cloakroom.cli.line.Misuse;
import dev.cloakroom.cli.line.Option;
import dev.cloakroom.cli.line.Screen;
import dev.cloakroom.cli.line.Syntax;
import dev.cloakroom.config.Loaded;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/// `health`: asks the running gateway; for containers without curl.
final class HealthCommand implements Command {
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private static final Option URL =
      Option.value(
          "url", "U", "What to ask. Default: http://127.0.0.1:9090/readyz, or as --config says.");
  private static final Option CONFIG =
      Option.value("config", "FILE", "Configuration of the gateway to ask.")
          .letter("c")
          .takes(Option.Takes.SEVERAL);

  @Override
  public Syntax syntax() {
    return Syntax.of(
            "health",
            "Asks the running gateway whether it is ready. Exit code 0, or 1 when it is not.")
        .with(URL, CONFIG);
  }

  @Override
  public int run(Arguments arguments, Screen screen) throws InterruptedException {
    var target = arguments.uri(URL).orElseGet(() -> fromConfiguration(arguments));
    try (var client = HttpClient.newBuilder().connectTimeout(PATIENCE).build()) {
      var request = HttpRequest.newBuilder(target).timeout(PATIENCE).build();
      int status = client.send(request, BodyHandlers.discarding()).statusCode();
      screen.out().println(shown(target) + " answers " + status);
      return status == 200 ? Main.WELL : Main.FAILED;
    } catch (IOException e) {
      screen.err().println("cloakroom: " + shown(target) + " does not answer");
      return Main.FAILED;
    } catch (IllegalArgumentException e) {
      throw new Misuse("--url must be an http URL");
    }
  }

  /// Without what may be a password.
  private static String shown(URI target) {
    return target.getScheme()
        + "://"
        + target.getRawAuthority().replaceFirst(".*@", "")
        + target.getRawPath();
  }

  private static URI fromConfiguration(Arguments arguments) {
    if (!arguments.has(CONFIG)) {
      return URI.create("http://127.0.0.1:9090/readyz");
    }
    return switch (ConfigFiles.load(arguments, CONFIG)) {
      case Loaded.Ready ready -> {
        var management = ready.config().management();
        yield URI.create(
            "http://" + reachable(management.host()) + ":" + management.port() + "/readyz");
      }
      case Loaded.Faulty faulty ->
          throw new Misuse(Report.of(faulty.findings(), Report.Format.TEXT));
    };
  }

  private static String reachable(String host) {
    var any = host.equals("0.0.0.0") || host.equals("::");
    if (any) {
      return "127.0.0.1";
    }
    return host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host;
  }
}
