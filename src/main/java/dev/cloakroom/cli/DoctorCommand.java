package dev.cloakroom.cli;

import dev.cloakroom.cli.doctor.Addresses;
import dev.cloakroom.cli.doctor.Doctor;
import dev.cloakroom.cli.doctor.Symptom;
import dev.cloakroom.cli.line.Arguments;
import dev.cloakroom.cli.line.Command;
import dev.cloakroom.cli.line.Option;
import dev.cloakroom.cli.line.Screen;
import dev.cloakroom.cli.line.Syntax;
import dev.cloakroom.config.FrontEndSettings;
import dev.cloakroom.config.GatewayConfig;
import dev.cloakroom.config.Loaded;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

/// `doctor`: what `check` cannot know, because it is out there.
final class DoctorCommand implements Command {
  private static final Duration LONGEST = Duration.ofMinutes(1);

  private static final Option PATIENCE =
      Option.value("patience", "SECONDS", "How long one step may take. Default: 5.");

  @Override
  public Syntax syntax() {
    return Syntax.of(
            "doctor",
            "Talks to the providers, the session store and the upstreams of a configuration, names what"
                + " is wrong and what to do, and prints the addresses to register at each provider.",
            "It logs nobody in, changes nothing and prints no secret. It begins nothing new after a"
                + " minute.")
        .with(ConfigFiles.NEEDED, PATIENCE)
        .exits(
            "0:nothing is wrong (notes are no faults)",
            "1:something is wrong",
            "2:the configuration is invalid");
  }

  @Override
  public int run(Arguments arguments, Screen screen) throws InterruptedException {
    int seconds = arguments.number(PATIENCE, 5);
    var loaded = ConfigFiles.load(arguments);
    var report = Report.of(loaded.findings(), Report.Format.TEXT);
    if (!report.isEmpty()) {
      screen.err().println(report);
    }
    return switch (loaded) {
      case Loaded.Ready ready -> examine(ready.config(), seconds, screen.out());
      case Loaded.Faulty _ -> Main.INVALID;
    };
  }

  private static int examine(GatewayConfig config, int seconds, PrintWriter out)
      throws InterruptedException {
    var patience = Duration.ofSeconds(Math.clamp(seconds, 1, 60));
    var seen = new Doctor(InstantSource.system(), patience, LONGEST).examine(config);
    seen.forEach(symptom -> print(symptom, out));
    config.frontEnds().forEach(frontEnd -> addresses(frontEnd, out));
    out.println();
    out.println(summary(seen));
    return seen.stream().anyMatch(Symptom::isFault) ? Main.FAILED : Main.WELL;
  }

  private static void addresses(FrontEndSettings frontEnd, PrintWriter out) {
    var where = frontEnd.frontEnd().isOnly() ? "" : ", for front end " + frontEnd.frontEnd().name();
    for (var provider : frontEnd.providers().values()) {
      out.println();
      out.println("Register at provider " + provider.name() + where + ":");
      Addresses.of(frontEnd, provider)
          .forEach(address -> out.printf("  %-26s%s%n", address.what(), address.uri()));
    }
  }

  private static void print(Symptom symptom, PrintWriter out) {
    var mark =
        switch (symptom.kind()) {
          case GOOD -> "ok     ";
          case NOTE -> "note   ";
          case FAULT -> "WRONG  ";
        };
    out.println(mark + symptom.where() + ": " + symptom.text());
    if (!symptom.remedy().isEmpty()) {
      out.println("       -> " + symptom.remedy());
    }
  }

  private static String summary(List<Symptom> seen) {
    long faults = seen.stream().filter(Symptom::isFault).count();
    return faults == 0
        ? "Nothing is wrong."
        : faults == 1 ? "1 thing is wrong." : faults + " things are wrong.";
  }
}
