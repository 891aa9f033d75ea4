package dev.cloakroom.cli;

import dev.cloakroom.cli.line.Arguments;
import dev.cloakroom.cli.line.Command;
import dev.cloakroom.cli.line.Misuse;
import dev.cloakroom.cli.line.Option;
import dev.cloakroom.cli.line.Screen;
import dev.cloakroom.cli.line.Syntax;
import dev.cloakroom.config.StartingFile;
import dev.cloakroom.config.preset.AuthorizeUrl;
import dev.cloakroom.config.preset.Presets;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashSet;
import java.util.List;

/// `init`: a file to begin with.
final class InitCommand implements Command {
  private static final Path STANDARD_OUTPUT = Path.of("-");
  private static final Option PRESET =
      Option.value(
          "preset",
          "P",
          "For a provider that is known, such as keycloak, entra-id, auth0 or github.");
  private static final Option URL =
      Option.value(
          "from-authorize-url",
          "URL",
          "For the provider of this URL, as an app sends browsers there today; put it in quotes."
              + " Azure AD B2C, Entra, Auth0, Okta, Keycloak, Cognito, Google and GitHub are known.");
  private static final Option FRONT_END =
      Option.value("front-end", "NAME", "For several front ends in one gateway: once for each.")
          .takes(Option.Takes.ONE_EACH_TIME);

  @Override
  public Syntax syntax() {
    return Syntax.of("init", "Writes a commented starting file. It never overwrites one.")
        .with(PRESET, URL, FRONT_END)
        .with(new Syntax.Operand("FILE", "Where to; - prints it. Default: cloakroom.yaml."))
        .exits("0:written", "1:the file is there already, or cannot be written", "2:usage");
  }

  @Override
  public int run(Arguments arguments, Screen screen) throws UserError {
    var text = apart(text(arguments, screen), arguments.texts(FRONT_END));
    var out = screen.out();
    var file = arguments.operand().orElse(Path.of("cloakroom.yaml"));
    if (file.equals(STANDARD_OUTPUT)) {
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

  private static String text(Arguments arguments, Screen screen) {
    var url = arguments.text(URL);
    var preset = arguments.text(PRESET);
    if (preset.isPresent() && url.isPresent()) {
      throw new Misuse("--preset and --from-authorize-url exclude each other");
    }
    return preset
        .map(InitCommand::ofPreset)
        .or(() -> url.map(address -> from(address, screen)))
        .orElseGet(StartingFile::minimal);
  }

  private static String ofPreset(String name) {
    return StartingFile.ofPreset(name)
        .orElseThrow(
            () ->
                new Misuse(
                    "there is no preset '"
                        + name
                        + "'; there are: "
                        + String.join(", ", Presets.names())));
  }

  private static String apart(String text, List<String> frontEnds) {
    if (frontEnds.isEmpty()) {
      return text;
    }
    frontEnds.stream()
        .filter(name -> !StartingFile.mayName(name))
        .findFirst()
        .ifPresent(
            name -> {
              throw new Misuse(
                  "'" + name + "' is no name: small letters, digits, - and _, a letter first");
            });
    return StartingFile.apart(text, new LinkedHashSet<>(frontEnds));
  }

  private static String from(String address, Screen screen) {
    return switch (AuthorizeUrl.read(address)) {
      case AuthorizeUrl.Known known -> StartingFile.of(known);
      case AuthorizeUrl.Unknown unknown -> {
        screen
            .err()
            .println(
                "cloakroom: no preset knows "
                    + unknown.origin()
                    + "; the file has its issuer to be filled in, from its metadata");
        yield StartingFile.of(unknown);
      }
      case AuthorizeUrl.Unreadable(var problem) ->
          throw new Misuse("this is no authorize URL: " + problem);
    };
  }
}
