package dev.cloakroom.cli;

import dev.cloakroom.config.StartingFile;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `init`: a file to begin with.
@Command(
    name = "init",
    mixinStandardHelpOptions = true,
    description = "Writes a commented starting file. It never overwrites one.")
final class InitCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(
      arity = "0..1",
      paramLabel = "FILE",
      defaultValue = "cloakroom.yaml",
      description = "Where to; - prints it. Default: cloakroom.yaml.")
  private Path file;

  @Override
  public Integer call() throws UserError {
    var out = spec.commandLine().getOut();
    if (file.toString().equals("-")) {
      out.print(StartingFile.minimal());
      out.flush();
      return Main.WELL;
    }
    try {
      Files.writeString(file, StartingFile.minimal(), StandardOpenOption.CREATE_NEW);
    } catch (FileAlreadyExistsException e) {
      throw new UserError(file + " is there already; name another file");
    } catch (IOException e) {
      throw new UserError(file + " cannot be written");
    }
    out.println("Wrote " + file + ". Fill it in, then: cloakroom check --config " + file);
    return Main.WELL;
  }
}
