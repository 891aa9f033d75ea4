package dev.cloakroom.world;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// An HTTP/1.1 message as it was on the wire: no field merged, none normalised.
///
/// @param startLine request line or status line
/// @param lines the field lines, in order, as they came
/// @param text the content without its framing, as ISO 8859-1
public record RawMessage(String startLine, List<String> lines, String text) {
  public RawMessage {
    lines = List.copyOf(lines);
  }

  /// Of a status line.
  public int status() {
    return Integer.parseInt(startLine.split(" ", 3)[1]);
  }

  /// Of a request line.
  public String method() {
    return startLine.split(" ", 3)[0];
  }

  /// Of a request line.
  public String target() {
    return startLine.split(" ", 3)[1];
  }

  /// Every value of a field, compared without case, in order.
  public List<String> values(String name) {
    return lines.stream()
        .filter(line -> nameOf(line).equalsIgnoreCase(name))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .toList();
  }

  /// The only value of a field; fails where there is none, or several.
  public String value(String name) {
    var values = values(name);
    if (values.size() != 1) {
      throw new AssertionError(name + " came " + values.size() + " times in " + lines);
    }
    return values.getFirst();
  }

  /// The field names in lower case, in order, repeated where they are.
  public List<String> names() {
    return lines.stream().map(line -> nameOf(line).toLowerCase(Locale.ROOT)).toList();
  }

  @Override
  public String toString() {
    return startLine + "\n" + String.join("\n", lines) + "\n\n" + text;
  }

  private static String nameOf(String line) {
    var colon = line.indexOf(':');
    return colon < 0 ? line : line.substring(0, colon);
  }

  static RawMessage head(InputStream in) {
    try {
      var start = line(in);
      var lines = new ArrayList<String>();
      for (var line = line(in); !line.isEmpty(); line = line(in)) {
        lines.add(line);
      }
      return new RawMessage(start, lines, "");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static RawMessage answer(InputStream in, boolean toHead) {
    var head = head(in);
    var bodiless = toHead || head.status() < 200 || head.status() == 204 || head.status() == 304;
    return bodiless ? head : withBody(in, head, !head.values("content-length").isEmpty());
  }

  static RawMessage request(InputStream in) {
    return withBody(in, head(in), true);
  }

  private static RawMessage withBody(InputStream in, RawMessage head, boolean framed) {
    try {
      var length = head.values("content-length");
      if (head.values("transfer-encoding").contains("chunked")) {
        return new RawMessage(head.startLine, head.lines, text(chunks(in)));
      }
      var body =
          !length.isEmpty()
              ? in.readNBytes(Integer.parseInt(length.getFirst()))
              : framed ? new byte[0] : in.readAllBytes();
      if (!length.isEmpty() && body.length < Integer.parseInt(length.getFirst())) {
        throw new EOFException("the body ended early: " + head + body.length);
      }
      return new RawMessage(head.startLine, head.lines, text(body));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  private static byte[] chunks(InputStream in) throws IOException {
    var body = new ByteArrayOutputStream();
    while (true) {
      var size = Integer.parseInt(line(in).split(";", 2)[0].strip(), 16);
      if (size == 0) {
        while (!line(in).isEmpty()) {
          // trailers
        }
        return body.toByteArray();
      }
      var chunk = in.readNBytes(size);
      if (chunk.length < size) {
        throw new EOFException("a chunk ended early");
      }
      body.write(chunk);
      line(in);
    }
  }

  private static String line(InputStream in) throws IOException {
    var line = new ByteArrayOutputStream();
    for (var b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        throw new EOFException("the connection ended; so far: " + line);
      }
      line.write(b);
    }
    var text = line.toString(StandardCharsets.ISO_8859_1);
    return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
  }
}
