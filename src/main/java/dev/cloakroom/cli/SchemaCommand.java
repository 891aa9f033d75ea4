package dev.cloakroom.cli;

import dev.cloakroom.cli.line.Arguments;
import dev.cloakroom.cli.line.Command;
import dev.cloakroom.cli.line.Screen;
import dev.cloakroom.cli.line.Syntax;
import dev.cloakroom.config.Reference;

/// `schema`: for editors.
final class SchemaCommand implements Command {
  @Override
  public Syntax syntax() {
    return Syntax.of("schema", "Prints the JSON Schema of the configuration, for editors.");
  }

  @Override
  public int run(Arguments arguments, Screen screen) {
    screen.out().print(Reference.schema());
    screen.out().flush();
    return Main.WELL;
  }
}
