package dev.cloakroom.cli;

import dev.cloakroom.cli.registration.Client;
import dev.cloakroom.cli.registration.ClientFolder;
import dev.cloakroom.cli.registration.Installation;
import dev.cloakroom.cli.registration.Registrar;
import dev.cloakroom.config.Environment;
import dev.cloakroom.crypto.Entropy;
import dev.cloakroom.crypto.SealedText;
import dev.cloakroom.crypto.Secret;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `register`: this installation becomes a client of a provider, once.
@Command(
    name = "register",
    mixinStandardHelpOptions = true,
    description = {
      "Registers this installation as a client of a provider (RFC 7591) and keeps what it is given in"
          + " a folder: the secret sealed under CLOAKROOM_SEALING_KEY.",
      "A folder that is there already is left alone, and nobody is asked: so it may run before every"
          + " start."
    },
    exitCodeListHeading = "Exit codes:%n",
    exitCodeList = {"0:registered, now or earlier", "1:not registered", "2:usage"})
final class RegisterCommand implements Callable<Integer> {
  private final Environment environment;

  @Spec private CommandSpec spec;

  RegisterCommand() {
    this(Environment.system());
  }

  RegisterCommand(Environment environment) {
    this.environment = environment;
  }

  @Option(
      names = "--directory",
      paramLabel = "DIR",
      required = true,
      description = "Where the client is kept; only its parent has to be there.")
  private Path directory;

  @Option(
      names = "--issuer",
      paramLabel = "URL",
      required = true,
      description = "The provider, byte for byte as it writes itself.")
  private URI issuer;

  @Option(
      names = "--public-url",
      paramLabel = "URL",
      required = true,
      description = "As server.public_url of the configuration.")
  private URI publicUrl;

  @Option(
      names = "--base-path",
      paramLabel = "PATH",
      defaultValue = "/auth",
      description = "As auth.base_path of the configuration. Default: /auth.")
  private String basePath;

  @Option(
      names = "--initial-access-token-file",
      paramLabel = "FILE",
      description = "A file with the token that the provider wants to see.")
  private @Nullable Path tokenFile;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      defaultValue = "Cloakroom",
      description = "What the provider's users see. Default: Cloakroom.")
  private String name;

  @Option(
      names = "--scope",
      paramLabel = "WORDS",
      description = "What it may ask for; else the provider decides.")
  private @Nullable String scope;

  @Option(
      names = "--insecure-http",
      description = "Accept plain http to a provider off loopback: the secret travels readably.")
  private boolean insecureHttp;

  @Override
  public Integer call() throws UserError, InterruptedException {
    check();
    var folder = new ClientFolder(directory, seal());
    try {
      var known = folder.clientId();
      if (known.isPresent()) {
        say("Registered already as " + known.get() + "; nobody was asked.");
        return Main.WELL;
      }
      return register(folder);
    } catch (FileAlreadyExistsException e) {
      throw new UserError(
          e.getFile()
              + " is there, and holds no client. If nothing registers this installation right now,"
              + " look whether the provider knows a client that nobody has, then remove it");
    } catch (IOException | UnsupportedOperationException e) {
      throw new UserError(directory + " cannot be written");
    }
  }

  private void check() {
    var scheme = String.valueOf(publicUrl.getScheme());
    if (!scheme.matches("https?") || publicUrl.getHost() == null) {
      throw misused("--public-url is no URL of a site");
    }
    if (!basePath.matches("/[A-Za-z0-9._~/-]*[A-Za-z0-9._~-]")) {
      throw misused("--base-path is no path, like /auth");
    }
  }

  private ParameterException misused(String problem) {
    return new ParameterException(spec.commandLine(), problem);
  }

  private SealedText seal() throws UserError {
    var key = environment.variable(SealedText.KEY).filter(text -> !text.isBlank());
    if (key.isEmpty()) {
      throw new UserError(SealedText.KEY + " is not set; `cloakroom keygen` makes a key");
    }
    try {
      return new SealedText(Secret.of(key.get()), Entropy.secure());
    } catch (IllegalArgumentException e) {
      throw new UserError(SealedText.KEY + ": " + e.getMessage());
    }
  }

  private int register(ClientFolder folder) throws IOException, UserError, InterruptedException {
    var token = token();
    folder.begin();
    var registrar = new Registrar(insecureHttp);
    var installation = new Installation(publicUrl, basePath, name, Optional.ofNullable(scope));
    return switch (registrar.find(issuer)) {
      case Registrar.Desk.None(var problem) -> nothing(folder, problem);
      case Registrar.Desk.At desk ->
          switch (registrar.register(desk, installation, token)) {
            case Registrar.Outcome.Registered(var client) -> keep(folder, client);
            case Registrar.Outcome.Refused(var problem) -> nothing(folder, problem);
            case Registrar.Outcome.Doubtful(var problem) ->
                throw new UserError(
                    "not registered: "
                        + problem
                        + ". The provider may know a client now that nobody has: look there, then"
                        + " remove "
                        + folder.draft());
          };
    };
  }

  private static int nothing(ClientFolder folder, String problem) throws IOException, UserError {
    folder.giveUp();
    throw new UserError("not registered: " + problem);
  }

  private int keep(ClientFolder folder, Client client) throws UserError {
    try {
      folder.keep(client);
    } catch (IOException e) {
      throw new UserError(
          "registered as "
              + client.id()
              + ", but that could not be kept: delete the client at the provider, then remove "
              + folder.draft());
    }
    say("Registered as " + client.id() + ". In the configuration:");
    say("  client_id: ${file:" + folder.file("client_id") + "}");
    say("  client_secret: ${sealed:" + folder.file("client_secret") + "}");
    client
        .secretExpiresAt()
        .ifPresent(at -> say("The provider says that the secret is good until " + at + "."));
    return Main.WELL;
  }

  private Optional<Secret> token() throws UserError {
    if (tokenFile == null) {
      return Optional.empty();
    }
    try {
      var text = environment.read(tokenFile).strip();
      if (!text.matches("[!-~]+")) {
        throw new UserError(tokenFile + " holds no token");
      }
      return Optional.of(Secret.of(text));
    } catch (IOException e) {
      throw new UserError(tokenFile + " cannot be read");
    }
  }

  private void say(String line) {
    spec.commandLine().getOut().println(line);
  }
}
