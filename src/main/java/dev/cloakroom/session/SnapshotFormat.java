package dev.cloakroom.session;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.cloakroom.crypto.KeyRingSealer;
import dev.cloakroom.crypto.Sealer;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.BooleanSupplier;

/// A snapshot as bytes: a line that names the format, a sealed head, a frame for each session and
/// for each thousand things remembered, and a keyed hash of it all, so that nothing can be left out
/// or put in. Sessions in it are sealed each by itself, see [SessionSeal]. Frames of a kind nobody
/// knows are passed over, so that versions can read each other's.
final class SnapshotFormat {
  private static final byte[] FORMAT = "cloakroom sessions 1\n".getBytes(US_ASCII);
  private static final int LONGEST_FRAME = 16 * 1024 * 1024;
  private static final int BATCH = 1_000;
  private static final byte HEAD = 'h';
  private static final byte SESSION = 's';
  private static final byte MEMORY = 'm';
  private static final byte END = 'e';
  private static final String HEAD_CONTEXT = "snapshot head";
  private static final String MEMORY_CONTEXT = "snapshot memory";
  private static final String HASH = "snapshot hash";

  private final KeyRingSealer ring;

  SnapshotFormat(KeyRingSealer ring) {
    this.ring = ring;
  }

  sealed interface Parsed {
    record Whole(Instant writtenAt, Snapshot snapshot) implements Parsed {}

    /// Sealed under a key that is not in the ring.
    record UnknownKey() implements Parsed {}

    record Damaged() implements Parsed {}
  }

  // -- writing

  /// Writes a whole file, unless it gets `late`: then it answers nothing and what is written is of
  /// no use.
  OptionalInt write(Snapshot snapshot, Instant now, BooleanSupplier late, OutputStream target)
      throws IOException {
    var hash = new DigestOutputStream(target, sha256());
    var out = new DataOutputStream(hash);
    out.write(FORMAT);
    var head = new JsonObject().put("written", now.toEpochMilli());
    frame(out, HEAD, sealed(head, HEAD_CONTEXT));
    int count = 0;
    for (var session : snapshot.sessions()) {
      if (late.getAsBoolean()) {
        return OptionalInt.empty();
      }
      frame(out, SESSION, packed(session));
      count++;
    }
    for (var batch : batches(snapshot)) {
      frame(out, MEMORY, sealed(batch, MEMORY_CONTEXT));
    }
    out.writeByte(END);
    hash.on(false);
    var name = ring.names(HASH, hex(hash.getMessageDigest())).getFirst();
    out.writeUTF(name);
    out.flush();
    return OptionalInt.of(count);
  }

  private static void frame(DataOutputStream out, byte kind, byte[] content) throws IOException {
    out.writeByte(kind);
    out.writeInt(content.length);
    out.write(content);
  }

  private byte[] sealed(JsonObject content, String context) {
    return ring.seal(content.encode().getBytes(UTF_8), context);
  }

  private static byte[] packed(SealedSession session) {
    var key = session.key().value().getBytes(US_ASCII);
    var card = session.card().getBytes();
    var tokens = session.session().getBytes();
    int length = 3 * Long.BYTES + 2 * Integer.BYTES + key.length + card.length + tokens.length;
    return ByteBuffer.allocate(length)
        .putLong(session.version())
        .putLong(session.idleExpiresAt().toEpochMilli())
        .putLong(session.expiresAt().toEpochMilli())
        .putInt(key.length)
        .put(key)
        .putInt(card.length)
        .put(card)
        .put(tokens)
        .array();
  }

  private static List<JsonObject> batches(Snapshot snapshot) {
    var entries = new ArrayList<JsonArray>();
    snapshot
        .ended()
        .forEach((key, cause) -> entries.add(JsonArray.of("ended", key.value(), cause)));
    snapshot
        .loggedOut()
        .forEach(
            out ->
                entries.add(JsonArray.of("out", out.issuer(), out.sid(), out.frontEnd().name())));
    snapshot
        .claims()
        .forEach((what, until) -> entries.add(JsonArray.of("claim", what, until.toEpochMilli())));
    var batches = new ArrayList<JsonObject>();
    for (int from = 0; from < entries.size(); from += BATCH) {
      var batch = entries.subList(from, Math.min(from + BATCH, entries.size()));
      batches.add(new JsonObject().put("memory", new JsonArray(batch)));
    }
    return batches;
  }

  // -- reading

  /// Reads a whole file.
  ///
  /// @throws IOException when it cannot be read, rather than understood
  Parsed read(InputStream source) throws IOException {
    var hash = new DigestInputStream(source, sha256());
    var in = new DataInputStream(hash);
    try {
      if (!MessageDigest.isEqual(FORMAT, in.readNBytes(FORMAT.length)) || in.readByte() != HEAD) {
        return new Parsed.Damaged();
      }
      return switch (ring.open(content(in), HEAD_CONTEXT)) {
        case Sealer.Opened.Plain plain -> whole(json(plain), in, hash);
        case Sealer.Opened.UnknownKey() -> new Parsed.UnknownKey();
        case Sealer.Opened.Broken() -> new Parsed.Damaged();
      };
    } catch (EOFException | IllegalArgumentException | ClassCastException _) {
      return new Parsed.Damaged();
    }
  }

  private Parsed whole(JsonObject head, DataInputStream in, DigestInputStream hash)
      throws IOException {
    var sessions = new ArrayList<SealedSession>();
    var memory = new ArrayList<JsonArray>();
    for (byte kind = in.readByte(); kind != END; kind = in.readByte()) {
      var content = content(in);
      switch (kind) {
        case SESSION -> sessions.add(unpacked(Buffer.buffer(content)));
        case MEMORY -> {
          if (!(ring.open(content, MEMORY_CONTEXT) instanceof Sealer.Opened.Plain plain)) {
            return new Parsed.Damaged();
          }
          json(plain).getJsonArray("memory").forEach(entry -> memory.add((JsonArray) entry));
        }
        default -> {} // of a later version
      }
    }
    hash.on(false);
    var expected = ring.names(HASH, hex(hash.getMessageDigest()));
    boolean genuine = expected.contains(in.readUTF()) && in.read() < 0;
    return genuine
        ? new Parsed.Whole(
            Instant.ofEpochMilli(head.getLong("written", 0L)), snapshot(sessions, memory))
        : new Parsed.Damaged();
  }

  private static byte[] content(DataInputStream in) throws IOException {
    int length = in.readInt();
    if (length < 0 || length > LONGEST_FRAME) {
      throw new EOFException("no frame is so long");
    }
    var content = in.readNBytes(length);
    if (content.length < length) {
      throw new EOFException("cut off");
    }
    return content;
  }

  private static JsonObject json(Sealer.Opened.Plain plain) {
    return new JsonObject(new String(plain.bytes(), UTF_8));
  }

  private static SealedSession unpacked(Buffer packed) {
    int keyAt = 3 * Long.BYTES + Integer.BYTES;
    int keyLength = packed.getInt(keyAt - Integer.BYTES);
    int cardAt = keyAt + keyLength + Integer.BYTES;
    int sessionAt = cardAt + packed.getInt(cardAt - Integer.BYTES);
    return new SealedSession(
        SessionKey.parse(packed.getString(keyAt, keyAt + keyLength)),
        packed.getLong(0),
        packed.slice(sessionAt, packed.length()),
        packed.slice(cardAt, sessionAt),
        Instant.ofEpochMilli(packed.getLong(Long.BYTES)),
        Instant.ofEpochMilli(packed.getLong(2 * Long.BYTES)),
        List.of());
  }

  private static Snapshot snapshot(List<SealedSession> sessions, List<JsonArray> memory) {
    Map<SessionKey, EndCause> ended = new HashMap<>();
    var loggedOut = new ArrayList<SessionSelector.BySid>();
    Map<String, Instant> claims = new HashMap<>();
    for (var entry : memory) {
      var first = entry.getString(1);
      switch (entry.getString(0)) {
        case "ended" -> ended.put(SessionKey.parse(first), EndCause.named(entry.getString(2)));
        case "out" -> {
          var at = SessionCodec.frontEnd(entry.size() > 3 ? entry.getString(3) : "");
          loggedOut.add(new SessionSelector.BySid(at, first, entry.getString(2)));
        }
        case "claim" -> claims.put(first, Instant.ofEpochMilli(entry.getLong(2)));
        default -> {} // of a later version
      }
    }
    return new Snapshot(sessions, ended, loggedOut, claims);
  }

  private static String hex(MessageDigest digest) {
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
