package dev.cloakroom.cli;

import dev.cloakroom.config.Loaded;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `health`: asks the running gateway; for containers without curl.
@Command(
    name = "health",
    mixinStandardHelpOptions = true,
    description = "Asks the running gateway whether it is ready. Exit code 0, or 1 when it is not.")
final class HealthCommand implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  @Spec private CommandSpec spec;

  @Option(
      names = "--url",
      paramLabel = "U",
      description = "What to ask. Default: http://127.0.0.1:9090/readyz, or as --config says.")
  private @Nullable URI url;

  @Option(
      names = {"-c", "--config"},
      paramLabel = "FILE",
      arity = "1..*",
      description = "Configuration of the gateway to ask.")
  private java.util.List<java.nio.file.Path> files = java.util.List.of();

  @Override
  public Integer call() throws InterruptedException {
    var target = url == null ? fromConfiguration() : url;
    try (var client = HttpClient.newBuilder().connectTimeout(PATIENCE).build()) {
      var request = HttpRequest.newBuilder(target).timeout(PATIENCE).build();
      int status = client.send(request, BodyHandlers.discarding()).statusCode();
      spec.commandLine().getOut().println(target + " answers " + status);
      return status == 200 ? Main.WELL : Main.FAILED;
    } catch (IOException e) {
      spec.commandLine().getErr().println("cloakroom: " + target + " does not answer");
      return Main.FAILED;
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "--url must be an http URL");
    }
  }

  private URI fromConfiguration() {
    if (files.isEmpty()) {
      return URI.create("http://127.0.0.1:9090/readyz");
    }
    var loaded =
        dev.cloakroom.config.ConfigLoader.load(files, dev.cloakroom.config.Environment.system());
    return switch (loaded) {
      case Loaded.Ready ready -> {
        var management = ready.config().management();
        yield URI.create(
            "http://" + reachable(management.host()) + ":" + management.port() + "/readyz");
      }
      case Loaded.Faulty faulty ->
          throw new ParameterException(
              spec.commandLine(), Report.of(faulty.findings(), Report.Format.TEXT));
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
