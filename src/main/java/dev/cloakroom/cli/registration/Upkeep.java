package dev.cloakroom.cli.registration;

import java.io.IOException;
import java.util.Optional;

/// Asks about the client of a folder, and keeps what each answer brings before the next question.
public final class Upkeep {
  private final ClientFolder folder;
  private final Registration registration;
  private Client client;

  /// @param client the one the folder holds
  public Upkeep(ClientFolder folder, Registration registration, Client client) {
    this.folder = folder;
    this.registration = registration;
    this.client = client;
  }

  /// An answer could not be kept; what it brought is not lost.
  public static final class NotKept extends IOException {
    private static final long serialVersionUID = 1;

    private final String line;

    NotKept(String line, IOException cause) {
      super("what the provider answered could not be kept", cause);
      this.line = line;
    }

    /// What to put into the file [ClientFolder#rescue]: sealed.
    public String line() {
      return line;
    }
  }

  /// What is registered.
  public Registration.Outcome read() throws IOException, InterruptedException {
    return asking(() -> registration.read(client));
  }

  /// Registers the installation as it is now.
  public Registration.Outcome update(Installation installation)
      throws IOException, InterruptedException {
    var before = read();
    return before instanceof Registration.Outcome.Stands(_, var known)
        ? asking(() -> registration.update(client, known, installation))
        : before;
  }

  /// Has the provider forget the client.
  public Registration.Outcome delete() throws IOException, InterruptedException {
    return asking(() -> registration.delete(client));
  }

  private interface Question {
    Registration.Outcome ask() throws InterruptedException;
  }

  private Registration.Outcome asking(Question question) throws IOException, InterruptedException {
    try (var change = folder.change()) {
      var outcome = question.ask();
      var now = brought(outcome);
      if (now.isPresent() && !isKept(now.get())) {
        keep(change, now.get());
      }
      return outcome;
    }
  }

  private static Optional<Client> brought(Registration.Outcome outcome) {
    return switch (outcome) {
      case Registration.Outcome.Stands(var now, _) -> Optional.of(now);
      case Registration.Outcome.Unfit(var now, _) -> Optional.of(now);
      case Registration.Outcome.Deleted _,
          Registration.Outcome.Refused _,
          Registration.Outcome.Doubtful _ ->
          Optional.empty();
    };
  }

  private boolean isKept(Client now) {
    return now.secret().equals(client.secret()) && now.management().equals(client.management());
  }

  private void keep(Change change, Client now) throws IOException {
    try {
      change.keep(now);
      folder.finish(now.id());
      client = now;
    } catch (IOException e) {
      throw new NotKept(folder.line(now), e);
    }
  }
}
