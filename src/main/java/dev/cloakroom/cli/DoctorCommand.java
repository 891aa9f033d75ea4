package dev.cloakroom.cli;

import dev.cloakroom.cli.doctor.Addresses;
import dev.cloakroom.cli.doctor.Doctor;
import dev.cloakroom.cli.doctor.Symptom;
import dev.cloakroom.config.FrontEndSettings;
import dev.cloakroom.config.GatewayConfig;
import dev.cloakroom.config.Loaded;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `doctor`: what `check` cannot know, because it is out there.
@Command(
    name = "doctor",
    mixinStandardHelpOptions = true,
    description = {
      "Talks to the providers, the session store and the upstreams of a configuration, names what is"
          + " wrong and what to do, and prints the addresses to register at each provider.",
      "It logs nobody in, changes nothing and prints no secret. It begins nothing new after a minute."
    },
    exitCodeListHeading = "Exit codes:%n",
    exitCodeList = {
      "0:nothing is wrong (notes are no faults)",
      "1:something is wrong",
      "2:the configuration is invalid"
    })
final class DoctorCommand implements Callable<Integer> {
  private static final Duration LONGEST = Duration.ofMinutes(1);

  @Spec private CommandSpec spec;
  @Mixin private ConfigFiles files;

  @Option(
      names = "--patience",
      paramLabel = "SECONDS",
      defaultValue = "5",
      description = "How long one step may take. Default: 5.")
  private int seconds;

  @Override
  public Integer call() throws InterruptedException {
    var loaded = files.load();
    var report = Report.of(loaded.findings(), Report.Format.TEXT);
    if (!report.isEmpty()) {
      spec.commandLine().getErr().println(report);
    }
    return switch (loaded) {
      case Loaded.Ready ready -> examine(ready.config());
      case Loaded.Faulty _ -> Main.INVALID;
    };
  }

  private int examine(GatewayConfig config) throws InterruptedException {
    var patience = Duration.ofSeconds(Math.clamp(seconds, 1, 60));
    var seen = new Doctor(InstantSource.system(), patience, LONGEST).examine(config);
    var out = spec.commandLine().getOut();
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
