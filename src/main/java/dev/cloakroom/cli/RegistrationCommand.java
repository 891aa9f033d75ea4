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
import dev.cloakroom.cli.registration.Registration;
import dev.cloakroom.cli.registration.Upkeep;
import dev.cloakroom.config.text.Environment;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.stream.Stream;

/// `registration`: what the provider has registered is read, brought up to date or deleted.
final class RegistrationCommand implements Command {
  private static final Option READ = Option.flag("read", "Say what the provider has registered.");
  private static final Option UPDATE =
      Option.flag("update", "Register this installation as it is now, as the same client.");
  private static final Option DELETE =
      Option.flag("delete", "Have the provider forget the client, and remove the folder.");
  private static final Option DIRECTORY =
      Option.value("directory", "DIR", "Where the client is kept.").needed();
  private static final Option PUBLIC_URL =
      Option.value(
          "public-url", "URL", "As server.public_url of the configuration; needed to update.");

  private final Environment environment;

  RegistrationCommand() {
    this(Environment.system());
  }

  RegistrationCommand(Environment environment) {
    this.environment = environment;
  }

  @Override
  public Syntax syntax() {
    return Syntax.of(
            "registration",
            "Reads, updates or deletes what `register` has registered, where the provider lets"
                + " clients do so (RFC 7592).",
            "A new secret or token that the provider gives takes the place of the old one.")
        .with(
            READ,
            UPDATE,
            DELETE,
            DIRECTORY,
            PUBLIC_URL,
            RegisterCommand.BASE_PATH,
            RegisterCommand.NAME,
            RegisterCommand.SCOPE,
            RegisterCommand.INSECURE_HTTP)
        .exits("0:done", "1:not done", "2:usage");
  }

  @Override
  public int run(Arguments arguments, Screen screen) throws UserError, InterruptedException {
    if (Stream.of(READ, UPDATE, DELETE).filter(arguments::has).count() != 1) {
      throw new Misuse("one of --read, --update and --delete");
    }
    var folder =
        new ClientFolder(arguments.path(DIRECTORY).orElseThrow(), SealingKey.of(environment));
    var vertx = Vertx.vertx();
    try {
      var client =
          folder
              .held()
              .orElseThrow(
                  () ->
                      new UserError(
                          "there is no client that can be changed: no folder, another key, or the"
                              + " provider gave no address and token for it"));
      var registration =
          new Registration(vertx, arguments.has(RegisterCommand.INSECURE_HTTP), Registrar.PATIENCE);
      var outcome = ask(arguments, new Upkeep(folder, registration, client));
      tell(outcome, client, folder, screen.out());
      return Main.WELL;
    } catch (Upkeep.NotKept e) {
      throw new UserError(
          "the provider has given a new secret or token, and it could not be kept: put this line,"
              + " which only the key opens, into "
              + folder.rescue()
              + "\n"
              + e.line());
    } catch (IOException e) {
      throw new UserError(folder.file("") + " cannot be changed: " + e.getMessage());
    } finally {
      var _ = vertx.close();
    }
  }

  private static Installation installation(Arguments arguments) {
    return arguments
        .uri(PUBLIC_URL)
        .map(url -> RegisterCommand.installation(url, arguments))
        .orElseThrow(() -> new Misuse("--update needs --public-url"));
  }

  private static Registration.Outcome ask(Arguments arguments, Upkeep upkeep)
      throws IOException, InterruptedException {
    if (arguments.has(UPDATE)) {
      return upkeep.update(installation(arguments));
    }
    return arguments.has(DELETE) ? upkeep.delete() : upkeep.read();
  }

  private static void tell(
      Registration.Outcome outcome, Client before, ClientFolder folder, PrintWriter out)
      throws IOException, UserError {
    switch (outcome) {
      case Registration.Outcome.Stands(var now, var metadata) -> tell(now, metadata, before, out);
      case Registration.Outcome.Unfit(_, var problem) -> throw notDone(problem);
      case Registration.Outcome.Deleted _ -> {
        out.println("The provider does not know " + before.id() + " any more.");
        folder.remove();
      }
      case Registration.Outcome.Refused(var problem) -> throw notDone(problem);
      case Registration.Outcome.Doubtful(var problem) ->
          throw notDone(problem + "; ask again with --read");
    }
  }

  private static UserError notDone(String problem) {
    return new UserError("not done: " + problem);
  }

  private static void tell(Client now, JsonObject metadata, Client before, PrintWriter out) {
    out.println("Registered as " + now.id() + ":");
    for (var name : new String[] {"redirect_uris", "post_logout_redirect_uris", "scope"}) {
      var value = metadata.getValue(name);
      if (value != null) {
        out.println("  " + name + ": " + value);
      }
    }
    if (!now.secret().equals(before.secret())) {
      out.println("The secret is a new one: start the gateway anew.");
    }
    now.secretExpiresAt()
        .ifPresent(
            at -> out.println("The provider says that the secret is good until " + at + "."));
  }
}
