package dev.cloakroom.edge;

import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The files of the single-page app. A navigation that finds no file gets the index; anything else
/// is 404, so that a missing script is not answered with HTML. Files are looked up off the event
/// loop.
///
/// @spec https://www.rfc-editor.org/rfc/rfc9110#section-13.1.2 RFC 9110, 13.1.2
/// @spec https://www.rfc-editor.org/rfc/rfc9110#section-14.2 RFC 9110, 14.2
final class StaticFiles implements Desk.App {
  private static final Pattern HASHED =
      Pattern.compile(
          "/(?:.+/)?(?:assets|static)/(?:.+/)?[^/]*[-.](?=[A-Za-z0-9_-]*[0-9A-Z])"
              + "[A-Za-z0-9_-]{8,}\\.[A-Za-z0-9.]+");
  private static final String FOREVER = "public, max-age=31536000, immutable";
  private static final String WEAK = "W/";
  private static final String INDEX = "/index.html";

  private final FileTree tree;
  private final String policy;
  private final Vertx vertx;

  StaticFiles(SpaSettings.Directory directory, Vertx vertx) {
    this.tree = new FileTree(directory.path());
    this.policy = directory.contentSecurityPolicy().orElse(SecurityHeaders.APP_POLICY);
    this.vertx = vertx;
  }

  @Override
  public Future<Reply> handle(Request request) {
    if (!request.method().equals("GET") && !request.method().equals("HEAD")) {
      return Future.succeededFuture(
          new Reply.Failure(
              Problem.of(ProblemCode.METHOD_NOT_ALLOWED).withHeader("Allow", "GET, HEAD")));
    }
    var path = request.target().path();
    if (request.target().encodedSlash()) {
      return Future.succeededFuture(
          Reply.failure(ProblemCode.INVALID_REQUEST_PATH, "encoded slash"));
    }
    var headers = request.headers();
    return request
        .home(vertx.executeBlocking(() -> look(path, headers), false))
        .map(found -> reply(found, request.method(), headers));
  }

  /// A file, and the path it was found under.
  private record Hit(FileTree.Found file, String path) {}

  private Optional<Hit> look(String path, MultiMap headers) {
    var wanted = path.endsWith("/") ? path + "index.html" : path;
    var found = tree.find(wanted).map(file -> new Hit(file, wanted));
    boolean fallback = found.isEmpty() && Navigation.wantsPage(headers) && !FileTree.isHidden(path);
    return fallback ? tree.find(INDEX).map(file -> new Hit(file, INDEX)) : found;
  }

  private Reply reply(Optional<Hit> hit, String method, MultiMap headers) {
    return hit.map(found -> asset(found, method, headers))
        .orElseGet(() -> Reply.failure(ProblemCode.NO_SUCH_ROUTE));
  }

  private Reply asset(Hit hit, String method, MultiMap headers) {
    var range = method.equals("GET") ? headers.get("Range") : null;
    var variant =
        range == null ? hit.file().variant(headers.get("Accept-Encoding")) : hit.file().plain();
    var fields = fields(hit, variant);
    if (matches(headers.get("If-None-Match"), variant.etag())) {
      return new Reply.Asset(304, variant.path(), 0, 0, fields, policy);
    }
    fields.put("Content-Type", MediaTypes.of(hit.path()));
    if (range != null && rangeApplies(headers.get("If-Range"), variant.etag())) {
      var part = ByteRange.parse(range, variant.size());
      if (part.isPresent()) {
        return part(part.get(), variant, fields);
      }
    }
    fields.put("Content-Length", Long.toString(variant.size()));
    return new Reply.Asset(200, variant.path(), 0, variant.size(), fields, policy);
  }

  private Reply part(ByteRange range, FileTree.Variant variant, Map<String, String> fields) {
    if (!range.isSatisfiable()) {
      fields.put("Content-Range", "bytes */" + variant.size());
      fields.put("Content-Length", "0");
      return new Reply.Asset(416, variant.path(), 0, 0, fields, policy);
    }
    fields.put("Content-Range", range.contentRange(variant.size()));
    fields.put("Content-Length", Long.toString(range.length()));
    return new Reply.Asset(206, variant.path(), range.first(), range.length(), fields, policy);
  }

  private static Map<String, String> fields(Hit hit, FileTree.Variant variant) {
    var fields = new HashMap<String, String>();
    fields.put("ETag", variant.etag());
    fields.put("Accept-Ranges", "bytes");
    fields.put("Cache-Control", HASHED.matcher(hit.path()).matches() ? FOREVER : "no-cache");
    if (hit.file().hasVariants()) {
      fields.put("Vary", "Accept-Encoding");
    }
    variant.encoding().ifPresent(encoding -> fields.put("Content-Encoding", encoding));
    return fields;
  }

  private static boolean matches(@Nullable String ifNoneMatch, String etag) {
    if (ifNoneMatch == null) {
      return false;
    }
    for (var candidate : ifNoneMatch.split(",", -1)) {
      var tag = candidate.strip();
      if (tag.equals("*") || opaque(tag).equals(opaque(etag))) {
        return true;
      }
    }
    return false;
  }

  private static String opaque(String etag) {
    return etag.startsWith(WEAK) ? etag.substring(WEAK.length()) : etag;
  }

  /// A weak tag cannot vouch that the parts fit together.
  private static boolean rangeApplies(@Nullable String ifRange, String etag) {
    return ifRange == null || (ifRange.strip().equals(etag) && !etag.startsWith(WEAK));
  }

  /// One range of bytes, both ends included. Several ranges in one field are answered with the
  /// whole.
  ///
  /// @spec https://www.rfc-editor.org/rfc/rfc9110#section-14.1.2 RFC 9110, 14.1.2
  record ByteRange(long first, long last) {
    private static final Pattern ONE = Pattern.compile("bytes=(\\d{0,15})-(\\d{0,15})");

    /// Empty when the field is to be ignored; not satisfiable when it lies beyond the end.
    static Optional<ByteRange> parse(String field, long size) {
      var matcher = ONE.matcher(field.strip());
      if (!matcher.matches() || (matcher.group(1).isEmpty() && matcher.group(2).isEmpty())) {
        return Optional.empty();
      }
      if (matcher.group(1).isEmpty()) {
        long suffix = Long.parseLong(matcher.group(2));
        return Optional.of(
            new ByteRange(suffix == 0 ? size : Math.max(0, size - suffix), size - 1));
      }
      long first = Long.parseLong(matcher.group(1));
      long last = matcher.group(2).isEmpty() ? size - 1 : Long.parseLong(matcher.group(2));
      if (last < first && !matcher.group(2).isEmpty()) {
        return Optional.empty();
      }
      return Optional.of(new ByteRange(first, Math.min(last, size - 1)));
    }

    boolean isSatisfiable() {
      return first <= last;
    }

    long length() {
      return last - first + 1;
    }

    String contentRange(long size) {
      return "bytes " + first + "-" + last + "/" + size;
    }
  }

  /// Content types of the files a front end is made of.
  private static final class MediaTypes {
    private static final Map<String, String> TYPES =
        Map.ofEntries(
            Map.entry("html", "text/html; charset=utf-8"),
            Map.entry("js", "text/javascript; charset=utf-8"),
            Map.entry("mjs", "text/javascript; charset=utf-8"),
            Map.entry("css", "text/css; charset=utf-8"),
            Map.entry("json", "application/json"),
            Map.entry("map", "application/json"),
            Map.entry("webmanifest", "application/manifest+json"),
            Map.entry("xml", "application/xml"),
            Map.entry("txt", "text/plain; charset=utf-8"),
            Map.entry("md", "text/markdown; charset=utf-8"),
            Map.entry("svg", "image/svg+xml"),
            Map.entry("png", "image/png"),
            Map.entry("jpg", "image/jpeg"),
            Map.entry("jpeg", "image/jpeg"),
            Map.entry("gif", "image/gif"),
            Map.entry("webp", "image/webp"),
            Map.entry("avif", "image/avif"),
            Map.entry("ico", "image/x-icon"),
            Map.entry("woff", "font/woff"),
            Map.entry("woff2", "font/woff2"),
            Map.entry("ttf", "font/ttf"),
            Map.entry("otf", "font/otf"),
            Map.entry("wasm", "application/wasm"),
            Map.entry("pdf", "application/pdf"),
            Map.entry("mp3", "audio/mpeg"),
            Map.entry("mp4", "video/mp4"),
            Map.entry("webm", "video/webm"));

    private MediaTypes() {}

    /// By the name's ending; bytes of no known kind otherwise.
    static String of(String fileName) {
      int dot = fileName.lastIndexOf('.');
      var ending = fileName.substring(dot + 1).toLowerCase(Locale.ROOT);
      return TYPES.getOrDefault(ending, "application/octet-stream");
    }
  }
}
