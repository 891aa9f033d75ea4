package dev.cloakroom.config.text;

import static java.util.Comparator.comparingInt;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// Collects everything that is wrong with a configuration, so that the operator fixes the file
/// once. Places that hold secrets are marked too, and masked in every line that is quoted.
public final class Findings {
  private static final Pattern SECRET_NAME =
      Pattern.compile("(?i).*(secret|passw|token|key|credential).*");

  private final List<Noted> noted = new ArrayList<>();
  private final List<Place> hidden = new ArrayList<>();
  private final List<String> concealed = new ArrayList<>();

  private record Noted(
      Finding.Severity severity, String code, Place place, String problem, String remedy) {}

  public void error(Place place, String code, String problem, String remedy) {
    noted.add(new Noted(Finding.Severity.ERROR, code, place, problem, remedy));
  }

  public void warning(Place place, String code, String problem, String remedy) {
    noted.add(new Noted(Finding.Severity.WARNING, code, place, problem, remedy));
  }

  /// Whether a value under such a name is better not shown.
  public static boolean soundsSecret(String name) {
    return SECRET_NAME.matcher(name).matches();
  }

  public void hide(Place place) {
    hidden.add(place);
  }

  /// Masks the credentials of this text, and of each of its words, wherever a finding repeats it.
  public void conceal(String text) {
    concealed.add(text);
    concealed.addAll(List.of(text.strip().split("\\s+")));
  }

  public boolean hasErrors() {
    return noted.stream().anyMatch(n -> n.severity == Finding.Severity.ERROR);
  }

  /// In the order of the files.
  public List<Finding> all() {
    var files = noted.stream().map(n -> n.place.source().name()).distinct().toList();
    return noted.stream()
        .distinct()
        .sorted(
            comparingInt((Noted n) -> files.indexOf(n.place.source().name()))
                .thenComparing(comparingInt((Noted n) -> n.place.line()))
                .thenComparing(comparingInt((Noted n) -> n.place.column())))
        .map(this::finished)
        .toList();
  }

  private Finding finished(Noted n) {
    var place = n.place;
    return new Finding(
        n.severity,
        n.code,
        place.source().name(),
        place.line(),
        place.column(),
        place.width(),
        quote(place),
        masked(n.problem),
        masked(n.remedy));
  }

  private String masked(String text) {
    var shown = text;
    for (var secret : concealed) {
      shown = Userinfo.isIn(secret) ? shown.replace(secret, Userinfo.masked(secret)) : shown;
    }
    return shown;
  }

  private String quote(Place place) {
    var line = new StringBuilder(place.source().line(place.line()));
    for (var secret : hidden) {
      if (secret.touches(place.source(), place.line())) {
        boolean first = secret.line() == place.line();
        int from = first ? Math.min(secret.column() - 1, line.length()) : 0;
        int to = secret.lastLine() > place.line() ? line.length() : from + secret.width();
        to = Math.min(to, line.length());
        line.replace(from, to, "*".repeat(to - from));
      }
    }
    return line.toString();
  }
}
