package dev.cloakroom.config.text;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.cloakroom.config.text.Value.Entry;
import dev.cloakroom.crypto.Entropy;
import dev.cloakroom.crypto.SealedText;
import dev.cloakroom.crypto.Sealer;
import dev.cloakroom.crypto.Secret;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.regex.Pattern;

/// Resolves `${NAME}`, `${env:NAME}`, `${NAME:-default}`, `${file:/path}`, `${sealed:/path}` and
/// `$$` in scalars, after parsing, so that no value can add structure. What is put in is not looked
/// at again.
public final class Interpolation {
  private static final Pattern VARIABLE =
      Pattern.compile("(?:env:)?(?<name>[A-Za-z_][A-Za-z0-9_]*)(?::-(?<fallback>[^}]*))?");
  private static final String FILE = "file:";
  private static final String SEALED = "sealed:";

  private final Environment environment;
  private final Findings findings;

  public Interpolation(Environment environment, Findings findings) {
    this.environment = environment;
    this.findings = findings;
  }

  public Value resolve(Value value) {
    return switch (value) {
      case Value.Scalar scalar -> scalar(scalar);
      case Value.Items(var place, var items) ->
          new Value.Items(place, items.stream().map(this::resolve).toList());
      case Value.Entries entries -> resolve(entries);
      case Value.Nothing nothing -> nothing;
    };
  }

  public Value.Entries resolve(Value.Entries value) {
    var resolved = new LinkedHashMap<String, Entry>();
    value
        .entries()
        .forEach((name, e) -> resolved.put(name, new Entry(e.key(), resolve(e.value()))));
    return new Value.Entries(value.place(), resolved);
  }

  private Value scalar(Value.Scalar scalar) {
    if (scalar.raw().indexOf('$') < 0) {
      return scalar;
    }
    var text = text(scalar.raw(), scalar.place());
    text.filter(Userinfo::isIn).ifPresent(findings::conceal);
    return text.isEmpty()
        ? new Value.Nothing(scalar.place())
        : new Value.Scalar(scalar.place(), scalar.raw(), text.get(), scalar.plain());
  }

  private Optional<String> text(String raw, Place place) {
    var out = new StringBuilder();
    int at = 0;
    while (at < raw.length()) {
      if (raw.startsWith("$$", at)) {
        out.append('$');
        at += 2;
      } else if (raw.startsWith("${", at)) {
        int end = raw.indexOf('}', at);
        var put = end < 0 ? malformed(place) : reference(raw.substring(at + 2, end), place);
        if (put.isEmpty()) {
          return Optional.empty();
        }
        out.append(put.get());
        at = end + 1;
      } else {
        out.append(raw.charAt(at++));
      }
    }
    return Optional.of(out.toString());
  }

  private Optional<String> reference(String reference, Place place) {
    if (reference.startsWith(FILE)) {
      return file(place.source().directory().resolve(reference.substring(FILE.length())), place);
    }
    if (reference.startsWith(SEALED)) {
      return sealed(
          place.source().directory().resolve(reference.substring(SEALED.length())), place);
    }
    var match = VARIABLE.matcher(reference);
    if (!match.matches()) {
      return malformed(place);
    }
    var name = match.group("name");
    var value = environment.variable(name).or(() -> Optional.ofNullable(match.group("fallback")));
    if (value.isEmpty()) {
      findings.error(
          place,
          "env-unset",
          "environment variable " + name + " is not set",
          "set it, or write ${" + name + ":-…} for a default");
    }
    return value;
  }

  private Optional<String> malformed(Place place) {
    findings.error(
        place,
        "bad-reference",
        "this ${…} is not a reference",
        "write ${NAME}, ${NAME:-default} or ${file:/path}; $$ stands for a dollar sign");
    return Optional.empty();
  }

  /// What a sealed file holds, when it is where it was put: under its name, beside its client's id.
  private Optional<String> sealed(Path file, Place place) {
    var line = file(file, place);
    var clientId = line.flatMap(_ -> file(file.resolveSibling(SealedText.CLIENT_ID), place));
    if (line.isEmpty() || clientId.isEmpty()) {
      return Optional.empty();
    }
    var name = String.valueOf(file.getFileName());
    return seal(file, place)
        .flatMap(seal -> opened(seal.open(line.get(), name, clientId.get()), file, place));
  }

  private Optional<SealedText> seal(Path file, Place place) {
    var problem = SealedText.KEY + " is not set";
    try {
      var key = environment.variable(SealedText.KEY).filter(text -> !text.isBlank());
      if (key.isPresent()) {
        return Optional.of(new SealedText(Secret.of(key.get()), Entropy.secure()));
      }
    } catch (IllegalArgumentException e) {
      problem = SealedText.KEY + ": " + e.getMessage();
    }
    findings.error(place, "sealing-key", problem, "it opens " + file);
    return Optional.empty();
  }

  private Optional<String> opened(Sealer.Opened opened, Path file, Place place) {
    return switch (opened) {
      case Sealer.Opened.Plain plain -> Optional.of(new String(plain.bytes(), UTF_8));
      case Sealer.Opened.UnknownKey() -> unopened(place, file + " was sealed under another key");
      case Sealer.Opened.Broken() ->
          unopened(
              place,
              file
                  + " is no sealed file, was altered, or was sealed for another name or client_id");
    };
  }

  private Optional<String> unopened(Place place, String problem) {
    findings.error(place, "sealed-file", problem, "`cloakroom register` writes such files");
    return Optional.empty();
  }

  /// The text of a secret's file, less one newline at its end.
  public Optional<String> file(Path file, Place place) {
    try {
      var text = environment.read(file);
      var end = text.endsWith("\r\n") ? 2 : text.endsWith("\n") ? 1 : 0;
      return Optional.of(text.substring(0, text.length() - end));
    } catch (IOException e) {
      var why = e instanceof NoSuchFileException ? "does not exist" : "cannot be read";
      findings.error(place, "file-unreadable", "the file " + file + " " + why, "");
      return Optional.empty();
    }
  }
}
