package dev.cloakroom.cli;

import dev.cloakroom.cli.line.Arguments;
import dev.cloakroom.cli.line.Command;
import dev.cloakroom.cli.line.Misuse;
import dev.cloakroom.cli.line.Option;
import dev.cloakroom.cli.line.Screen;
import dev.cloakroom.cli.line.Syntax;
import dev.cloakroom.cli.registration.Client;
import dev.cloakroom.cli.registration.ClientFolder;
import dev.cloakroom.cli.registration.Installation;
import dev.cloakroom.cli.registration.Registrar;
import dev.cloakroom.config.text.Environment;
import dev.cloakroom.crypto.Secret;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.Optional;

/// `register`: this installation becomes a client of a provider, once.
final class RegisterCommand implements Command {
  private static final Option DIRECTORY =
      Option.value("directory", "DIR", "Where the client is kept; only its parent has to be there.")
          .needed();
  private static final Option ISSUER =
      Option.value("issuer", "URL", "The provider, byte for byte as it writes itself.").needed();
  private static final Option PUBLIC_URL =
      Option.value("public-url", "URL", "As server.public_url of the configuration.").needed();
  static final Option BASE_PATH =
      Option.value("base-path", "PATH", "As auth.base_path of the configuration. Default: /auth.");
  private static final Option TOKEN_FILE =
      Option.value(
          "initial-access-token-file",
          "FILE",
          "A file with the token that the provider wants to see.");
  static final Option NAME =
      Option.value("name", "NAME", "What the provider's users see. Default: Cloakroom.");
  static final Option SCOPE =
      Option.value("scope", "WORDS", "What it may ask for; else the provider decides.");
  static final Option INSECURE_HTTP =
      Option.flag(
          "insecure-http",
          "Accept plain http to a provider off loopback: the secret travels readably.");

  private final Environment environment;

  RegisterCommand() {
    this(Environment.system());
  }

  RegisterCommand(Environment environment) {
    this.environment = environment;
  }

  @Override
  public Syntax syntax() {
    return Syntax.of(
            "register",
            "Registers this installation as a client of a provider (RFC 7591) and keeps what it is"
                + " given in a folder: the secret sealed under CLOAKROOM_SEALING_KEY.",
            "A folder that is there already is left alone, and nobody is asked: so it may run before"
                + " every start.")
        .with(DIRECTORY, ISSUER, PUBLIC_URL, BASE_PATH, TOKEN_FILE, NAME, SCOPE, INSECURE_HTTP)
        .exits("0:registered, now or earlier", "1:not registered", "2:usage");
  }

  @Override
  public int run(Arguments arguments, Screen screen) throws UserError, InterruptedException {
    var order = Order.of(arguments);
    var folder = new ClientFolder(order.directory(), SealingKey.of(environment));
    try {
      var known = folder.clientId();
      if (known.isPresent()) {
        screen.out().println("Registered already as " + known.get() + "; nobody was asked.");
        return Main.WELL;
      }
      var client = register(order, folder);
      keep(client, folder);
      tell(client, folder, screen.out());
      return Main.WELL;
    } catch (FileAlreadyExistsException e) {
      throw new UserError(
          e.getFile()
              + " is there, and holds no client. If nothing registers this installation right now,"
              + " look whether the provider knows a client that nobody has, then remove it");
    } catch (IOException | UnsupportedOperationException e) {
      throw new UserError(order.directory() + " cannot be written");
    }
  }

  private Client register(Order order, ClientFolder folder)
      throws IOException, UserError, InterruptedException {
    var token = token(order.tokenFile());
    folder.begin();
    var vertx = Vertx.vertx();
    try {
      return ask(
          order, folder, new Registrar(vertx, order.insecureHttp(), Registrar.PATIENCE), token);
    } finally {
      var _ = vertx.close();
    }
  }

  private static Client ask(
      Order order, ClientFolder folder, Registrar registrar, Optional<Secret> token)
      throws IOException, UserError, InterruptedException {
    return switch (registrar.find(order.issuer())) {
      case Registrar.Desk.None(var problem) -> throw nothing(folder, problem);
      case Registrar.Desk.At desk ->
          switch (registrar.register(desk, order.installation(), token)) {
            case Registrar.Outcome.Registered(var client) -> client;
            case Registrar.Outcome.Refused(var problem) -> throw nothing(folder, problem);
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

  private static UserError nothing(ClientFolder folder, String problem) throws IOException {
    folder.giveUp();
    return new UserError("not registered: " + problem);
  }

  private static void keep(Client client, ClientFolder folder) throws UserError {
    try {
      folder.keep(client);
    } catch (IOException e) {
      throw new UserError(
          "registered as "
              + client.id()
              + ", but that could not be kept: delete the client at the provider, then remove "
              + folder.draft());
    }
  }

  private static void tell(Client client, ClientFolder folder, PrintWriter out) {
    out.println("Registered as " + client.id() + ". In the configuration:");
    out.println("  client_id: ${file:" + folder.file("client_id") + "}");
    out.println("  client_secret: ${sealed:" + folder.file("client_secret") + "}");
    client
        .secretExpiresAt()
        .ifPresent(
            at -> out.println("The provider says that the secret is good until " + at + "."));
  }

  private Optional<Secret> token(Optional<Path> file) throws UserError {
    if (file.isEmpty()) {
      return Optional.empty();
    }
    var tokenFile = file.get();
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

  /// What the provider is to register.
  static Installation installation(URI publicUrl, Arguments arguments) {
    var scheme = String.valueOf(publicUrl.getScheme());
    if (!scheme.matches("https?") || publicUrl.getHost() == null) {
      throw new Misuse("--public-url is no URL of a site");
    }
    var basePath = arguments.text(BASE_PATH).orElse("/auth");
    if (!basePath.matches("/[A-Za-z0-9._~/-]*[A-Za-z0-9._~-]")) {
      throw new Misuse("--base-path is no path, like /auth");
    }
    var name = arguments.text(NAME).orElse("Cloakroom");
    return new Installation(publicUrl, basePath, name, arguments.text(SCOPE));
  }

  /// What was asked for.
  private record Order(
      Path directory,
      URI issuer,
      Installation installation,
      Optional<Path> tokenFile,
      boolean insecureHttp) {
    static Order of(Arguments arguments) {
      return new Order(
          arguments.path(DIRECTORY).orElseThrow(),
          arguments.uri(ISSUER).orElseThrow(),
          RegisterCommand.installation(arguments.uri(PUBLIC_URL).orElseThrow(), arguments),
          arguments.path(TOKEN_FILE),
          arguments.has(INSECURE_HTTP));
    }
  }
}
