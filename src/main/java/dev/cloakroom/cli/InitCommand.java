package dev.cloakroom.cli;

import dev.cloakroom.config.StartingFile;
import dev.cloakroom.config.preset.AuthorizeUrl;
import dev.cloakroom.config.preset.Presets;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `init`: a file to begin with.
@Command(
    name = "init",
    mixinStandardHelpOptions = true,
    description = "Writes a commented starting file. It never overwrites one.",
    exitCodeListHeading = "Exit codes:%n",
    exitCodeList = {"0:written", "1:the file is there already, or cannot be written", "2:usage"})
final class InitCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(
      arity = "0..1",
      paramLabel = "FILE",
      defaultValue = "cloakroom.yaml",
      description = "Where to; - prints it. Default: cloakroom.yaml.")
  private Path file;

  @Option(
      names = "--preset",
      paramLabel = "P",
      description = "For a provider that is known, such as keycloak, entra-id, auth0 or github.")
  private @Nullable String preset;

  @Option(
      names = "--from-authorize-url",
      paramLabel = "URL",
      description =
          "For the provider of this URL, as an app sends browsers there today; put it in quotes."
              + " Azure AD B2C, Entra, Auth0, Okta, Keycloak, Cognito, Google and GitHub are known.")
  private @Nullable String url;

  @Option(
      names = "--front-end",
      paramLabel = "NAME",
      description = "For several front ends in one gateway: once for each.")
  private @Nullable Set<String> frontEnds;

  @Override
  public Integer call() throws UserError {
    var text = apart(text());
    var out = spec.commandLine().getOut();
    if (file.toString().equals("-")) {
      out.print(text);
      out.flush();
      return Main.WELL;
    }
    try {
      Files.writeString(file, text, StandardOpenOption.CREATE_NEW);
    } catch (FileAlreadyExistsException e) {
      throw new UserError(file + " is there already; name another file");
    } catch (IOException e) {
      throw new UserError(file + " cannot be written");
    }
    out.println("Wrote " + file + ". Fill it in, then: cloakroom check --config " + file);
    return Main.WELL;
  }

  private String text() {
    if (preset != null && url != null) {
      throw misused("--preset and --from-authorize-url exclude each other");
    }
    if (preset != null) {
      var name = preset;
      return StartingFile.ofPreset(name)
          .orElseThrow(
              () ->
                  misused(
                      "there is no preset '"
                          + name
                          + "'; there are: "
                          + String.join(", ", Presets.names())));
    }
    return url == null ? StartingFile.minimal() : from(url);
  }

  private String apart(String text) {
    if (frontEnds == null) {
      return text;
    }
    frontEnds.stream()
        .filter(name -> !StartingFile.mayName(name))
        .findFirst()
        .ifPresent(
            name -> {
              throw misused(
                  "'" + name + "' is no name: small letters, digits, - and _, a letter first");
            });
    return StartingFile.apart(text, frontEnds);
  }

  private String from(String address) {
    return switch (AuthorizeUrl.read(address)) {
      case AuthorizeUrl.Known known -> StartingFile.of(known);
      case AuthorizeUrl.Unknown unknown -> {
        spec.commandLine()
            .getErr()
            .println(
                "cloakroom: no preset knows "
                    + unknown.origin()
                    + "; the file has its issuer to be filled in, from its metadata");
        yield StartingFile.of(unknown);
      }
      case AuthorizeUrl.Unreadable(var problem) ->
          throw misused("this is no authorize URL: " + problem);
    };
  }

  private ParameterException misused(String problem) {
    return new ParameterException(spec.commandLine(), problem);
  }
}
