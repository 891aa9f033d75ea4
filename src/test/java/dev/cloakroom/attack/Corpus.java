package dev.cloakroom.attack;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Requests as bytes, ordinary ones and others, in families of one trait each. `AUTHORITY` stands
/// for the proxy's own authority; line ends are written as they are.
final class Corpus {
  private static final String HOST = "Host: AUTHORITY\r\n";

  private final List<Sample> samples = new ArrayList<>();

  /// One request.
  ///
  /// @param family what is special about it, and what a difference is explained by
  record Sample(String family, String bytes) {}

  private Corpus() {}

  static List<Sample> samples() {
    var corpus = new Corpus();
    corpus.methods();
    corpus.paths();
    corpus.queries();
    corpus.forms();
    corpus.hosts();
    corpus.lines();
    corpus.fields();
    corpus.oddFields();
    corpus.bodies();
    corpus.framing();
    corpus.chunks();
    corpus.upgrades();
    return List.copyOf(corpus.samples);
  }

  private void add(String family, String... requests) {
    for (var request : requests) {
      samples.add(new Sample(family, request));
    }
  }

  private void methods() {
    for (var method : List.of("GET", "HEAD", "OPTIONS", "DELETE")) {
      add("method", method + " /m HTTP/1.1\r\n" + HOST + "\r\n");
    }
    for (var method : List.of("POST", "PUT", "PATCH")) {
      add("method", method + " /m HTTP/1.1\r\n" + HOST + "Content-Length: 2\r\n\r\nhi");
      add("method without a body", method + " /m HTTP/1.1\r\n" + HOST + "\r\n");
    }
    for (var method : List.of("PROPFIND", "M-SEARCH", "LOCK", "PURGE", "FOO", "A_B")) {
      add("method no route names", method + " /m HTTP/1.1\r\n" + HOST + "\r\n");
    }
    for (var method : List.of("get", "Get", "pOST")) {
      add("method in lower case", method + " /m HTTP/1.1\r\n" + HOST + "\r\n");
    }
    for (var method : List.of("G@T", "G(T", "GET,", "G\u00e9T")) {
      add("method that is no token", method + " /m HTTP/1.1\r\n" + HOST + "\r\n");
    }
    add("method TRACE", "TRACE /m HTTP/1.1\r\n" + HOST + "\r\n");
    add("method CONNECT", "CONNECT /m HTTP/1.1\r\n" + HOST + "\r\n");
    add("method CONNECT", "CONNECT AUTHORITY HTTP/1.1\r\n" + HOST + "\r\n");
    add("method CONNECT", "CONNECT evil.test:443 HTTP/1.1\r\nHost: evil.test:443\r\n\r\n");
    add("method of great length", "X".repeat(100) + " /m HTTP/1.1\r\n" + HOST + "\r\n");
  }

  private void targets(String family, String... targets) {
    for (var target : targets) {
      add(family, "GET " + target + " HTTP/1.1\r\n" + HOST + "\r\n");
    }
  }

  private void paths() {
    targets("path", "/", "/a", "/a/b/", "/a.b", "/a-b_c~d", "/~u", "/...", "/.well-known/x");
    targets("path", "/%E2%82%AC", "/a%20b", "/a!$&'()*+,=:@b", "/a|b", "/a^b", "/a{b}", "/a\"b");
    targets("path", "/a<b>", "/a`b", "/a[b]", "/%3B", "/%7Ea", "/a%23b", "/a%3Fb", "/%25");
    targets("path", "/" + "x".repeat(3000));
    targets("path with needless escapes", "/%41", "/a%2Db", "/%61pi/x", "/a%5Fb", "/%30");
    targets("path with an encoded slash", "/a%2Fb", "/a%2fb", "/a%2F", "/%2Fa");
    targets("path with dot segments", "/a/../b", "/./a", "/a/.", "/a/..", "/../../x", "/.", "/..");
    targets("path with dot segments", "/%2e%2e/a", "/a/%2E./b", "/.%2e/x", "/a/%2e/b");
    targets("path with dot segments", "/a/..%2fb", "/a%2f..%2fb", "/a/..\\b");
    targets("path encoded twice", "/%252e", "/a%2541", "/%252e%252e%252f");
    targets("path with a backslash", "/a\\b", "/a%5Cb", "/\\x", "/a%5c..%5cb");
    targets("path with parameters", "/a;b", "/..;/a", "/a;x=y/b", "/;", "/a;/../b");
    targets("path with an empty segment", "//a", "/a//b", "/a//", "///", "//evil.test/x");
    targets("path with controls", "/a%00b", "/a\0b", "/a%0d%0ab", "/%01", "/%7f", "/a\u0001b");
    targets("path with broken escapes", "/a%", "/a%2", "/a%zz", "/%u0041", "/%%41");
    targets("path that is no UTF-8", "/%c0%ae", "/%ff", "/%ED%A0%80", "/%E2%82", "/%80");
    targets("path with plain octets over 127", "/\u00e9", "/a\u00ffb");
    targets("target with a fragment", "/a#b", "/#", "/a?b#c");
    targets("target with blanks", "/a b", "/a\tb", "/a ", " /a");
    targets("target over a limit", "/" + "x".repeat(9000), "/?" + "x".repeat(20_000));
  }

  private void queries() {
    targets("query", "/?", "/?a=b&c", "/??a", "/?a=%zz", "/?a=../..", "/?%00", "/?%0d%0a", "/?%2e");
    targets("query", "/?a=b;c", "/?a=//", "/?<>\"{}|^`", "/?'", "/?a\\b", "/?%", "/?a=%c0%ae");
    targets("query", "/a?/../b", "/?" + "x".repeat(3000));
    targets("query with plain octets over 127", "/?\u00e9");
    targets("query with controls", "/?a\0b", "/?a\u0001b", "/?a\u007fb");
    targets("query with blanks", "/?a b");
  }

  private void forms() {
    targets("absolute form", "http://AUTHORITY/x", "HTTP://AUTHORITY/x?y", "http://AUTHORITY");
    targets("absolute form", "http://AUTHORITY?x");
    targets("absolute form of another scheme", "https://AUTHORITY/x");
    targets("absolute form of no HTTP", "ftp://AUTHORITY/x", "file:///etc/passwd", "x:y");
    targets("absolute form of a foreign host", "http://evil.test/x", "http://evil.test");
    targets("absolute form with user information", "http://me@AUTHORITY/x");
    targets("absolute form with dot segments", "http://AUTHORITY/a/../b");
    targets("no form of a target", "a", "evil.test:80", "?a", "#", "%2f", "@evil.test/");
    targets("asterisk", "*");
    add("asterisk for OPTIONS", "OPTIONS * HTTP/1.1\r\n" + HOST + "\r\n");
  }

  private void hosts(String family, @Nullable String... hosts) {
    for (var host : hosts) {
      add(family, "GET /h HTTP/1.1\r\nHost:" + (host == null ? "" : " " + host) + "\r\n\r\n");
    }
  }

  private void hosts() {
    add("no host", "GET /h HTTP/1.1\r\n\r\n", "GET /h HTTP/1.1\r\nAccept: */*\r\n\r\n");
    add("two hosts", "GET /h HTTP/1.1\r\n" + HOST + HOST + "\r\n");
    add("two hosts", "GET /h HTTP/1.1\r\n" + HOST + "Host: evil.test\r\n\r\n");
    hosts("host", "AUTHORITY", "  AUTHORITY  ");
    hosts("empty host", (String) null);
    hosts("foreign host", "evil.test", "localhost", "localhost:1", "127.0.0.1", "[::1]");
    hosts("foreign host", "AUTHORITY.evil.test", "xlocalhost");
    hosts("host with a trailing dot", "localhost.:PORT");
    hosts("host in upper case", "LOCALHOST:PORT");
    hosts("no host at all", "me@AUTHORITY", "AUTHORITY/x", "a b", "AUTHORITY, evil.test", "a:b");
    hosts("no host at all", "http://AUTHORITY", "a_b/..", "localhost:99999999", "\u00e9");
  }

  private void lines() {
    add("HTTP/1.0", "GET /v HTTP/1.0\r\n" + HOST + "\r\n");
    add("HTTP/1.0", "GET /v HTTP/1.0\r\n" + HOST + "Connection: keep-alive\r\n\r\n");
    add("HTTP/1.0 without a host", "GET /v HTTP/1.0\r\n\r\n");
    for (var version : List.of("HTTP/1.2", "HTTP/1.9")) {
      add("higher minor version", "GET /v " + version + "\r\n" + HOST + "\r\n");
    }
    for (var version : List.of("HTTP/2.0", "HTTP/0.9", "HTTP/3.0", "HTTP/9.9")) {
      add("other major version", "GET /v " + version + "\r\n" + HOST + "\r\n");
    }
    for (var version : List.of("http/1.1", "HTTP/1", "HTTP/1.1x", "HTTP/1.10", "HTP/1.1", "1.1")) {
      add("no version of HTTP", "GET /v " + version + "\r\n" + HOST + "\r\n");
    }
    add("request line without a version", "GET /v\r\n" + HOST + "\r\n");
    add("blanks in the request line", "GET  /v  HTTP/1.1\r\n" + HOST + "\r\n");
    add("blanks in the request line", "GET /v HTTP/1.1 \r\n" + HOST + "\r\n");
    add("tabs in the request line", "GET\t/v\tHTTP/1.1\r\n" + HOST + "\r\n");
    add("blank before the request line", " GET /v HTTP/1.1\r\n" + HOST + "\r\n");
    add("empty lines first", "\r\nGET /v HTTP/1.1\r\n" + HOST + "\r\n");
    add("empty lines first", "\r\n\r\nGET /v HTTP/1.1\r\n" + HOST + "\r\n");
    add("bare line feeds", "GET /v HTTP/1.1\nHost: AUTHORITY\n\n");
    add("bare line feeds", "GET /v HTTP/1.1\r\nHost: AUTHORITY\nX-A: 1\r\n\r\n");
    add("carriage return in the request line", "GET /v\r HTTP/1.1\r\n" + HOST + "\r\n");
    add("NUL before the request line", "\0GET /v HTTP/1.1\r\n" + HOST + "\r\n");
    add("preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
  }

  private void field(String family, String... lines) {
    for (var line : lines) {
      add(family, "GET /f HTTP/1.1\r\n" + HOST + line + "\r\n\r\n");
    }
  }

  private void fields() {
    field("field", "Accept: */*", "Accept-Encoding: gzip, br", "Accept-Language: de;q=0.5");
    field("field", "User-Agent: x (y; z)", "Referer: http://a/b", "Origin: http://a", "DNT: 1");
    field("field", "Range: bytes=0-0", "If-None-Match: \"a\", W/\"b\"", "If-Match: *", "Pragma: x");
    field("field", "Cache-Control: no-cache", "Content-Type: text/plain", "X-Custom: 1", "From: a");
    field("field", "X-Requested-With: fetch", "Date: garbage", "Priority: u=1", "Max-Forwards: 5");
    field("field", "Sec-Fetch-Site: same-origin", "Sec-Fetch-Mode: cors", "X-CSRF: 1", "Link: <a>");
    field(
        "field", "X-A: 1\r\nX-A: 2\r\nx-a: 3", "X-EMPTY:", "x-lower: 1", "X-UPPER: 1", "X-a.b: 1");
    field("field", "X-A:  1 \t", "X-A: a:b,c;d=\"e, f\"", "X-A: " + "y".repeat(4000), "X-A: a\tb");
    field("field", "X-A: \u00c3\u00a9", "X-A: \u00e9", "Authorisation: x", "X!#$%&'*+.^`|~: 1");
    field("via of another proxy", "Via: 1.0 fred");
    field("cookie", "Cookie: a=b; c=d", "Cookie: a", "Cookie: ;;;=;", "Cookie: a=\"b;c\"");
    field("two cookie fields", "Cookie: a=b\r\nCookie: c=d");
    field("cookie of the gateway", "Cookie: __Host-Http-session=x; a=b");
    field("cookie of the gateway alone", "Cookie: __Host-Http-session=x");
    field("connection", "Connection: keep-alive", "Connection: Keep-Alive");
    field("connection close", "Connection: close", "Connection: CLOSE", "Connection: close, te");
    field("field that Connection names", "Connection: X-A\r\nX-A: 1", "X-A: 1\r\nConnection: x-a");
    field("field that Connection names", "Connection: keep-alive, X-A\r\nX-A: 1");
    field("keep-alive", "Keep-Alive: timeout=5");
    field("proxy-connection", "Proxy-Connection: keep-alive");
    field("te", "TE: trailers", "TE: gzip, trailers", "Connection: TE\r\nTE: trailers");
    field("trailer", "Trailer: X-Sum");
    field("credentials", "Authorization: Bearer x", "DPoP: x", "Proxy-Authorization: Basic eDp5");
    field("identity", "X-User: a", "X-Auth-Subject: a", "Remote-User: a", "X-Remote-User: a");
    field("identity", "Client-Cert: x", "X-SSL-Client-Verify: SUCCESS", "X-Email: a");
    field("word of a proxy", "Forwarded: for=1.2.3.4", "X-Real-IP: 1.2.3.4", "X-Forwarded-Port: 1");
    field("word of a proxy", "X-Forwarded-Prefix: /a", "True-Client-IP: 1.2.3.4");
    field("word of a proxy", "X-Forwarded-For: 1.2.3.4", "X-Forwarded-Host: evil.test");
    field("another target or method", "X-Original-URL: /admin", "X-Rewrite-URL: /admin");
    field("another target or method", "X-HTTP-Method-Override: DELETE", "X-Forwarded-Uri: /admin");
    field("trace context", "tracestate: a=b", "traceparent: 00-1-2-01", "baggage: a=b");
    field("name with an underscore", "X_Custom: 1", "X_Y_Z: 1");
    field("reserved name with an underscore", "X_User: a", "Remote_User: a", "X_Forwarded_For: 1");
  }

  private void oddFields() {
    field("controls in a value", "X-A: a\0b", "X-A: a\u0001b", "X-A: a\u007fb", "X-A: a\u000bb");
    field("controls in a value", "X-A: a\u000cb", "X-A: a\u001bb", "X-A: \u000b1");
    field("carriage return in a value", "X-A: a\rb", "X-A: a\r", "X-A: a\rX-B: 1");
    field("blank before the colon", "X-A : 1", "X-A\t: 1");
    field(
        "name that is no token", "X A: 1", "X(A: 1", "X@A: 1", "X/A: 1", "\"X\": 1", "X\u00e9: 1");
    field(
        "name that is no token", "X\0A: 1", "X[A]: 1", "X=A: 1", "X,A: 1", "X{A}: 1", "X\u007f: 1");
    field("no name", ": 1", " : 1");
    field("no colon", "X-A", "garbage garbage");
    field("folded line", "X-A: 1\r\n 2", "X-A: 1\r\n\t2", "X-A:\r\n 1\r\nX-B: 2");
    add("folded line first", "GET /f HTTP/1.1\r\n X-A: 1\r\n" + HOST + "\r\n");
    field("head over a limit", "X-A: " + "y".repeat(17_000));
    var many = new StringBuilder("X-0: 0");
    for (var i = 1; i < 100; i++) {
      many.append("\r\nX-").append(i).append(": ").append(i);
    }
    field("a hundred fields", many.toString());
  }

  private void post(String family, String fields, String body) {
    add(family, "POST /b HTTP/1.1\r\n" + HOST + fields + "\r\n" + body);
  }

  private void bodies() {
    post("body", "Content-Length: 0\r\n", "");
    post("body", "Content-Length: 5\r\n", "hello");
    post("body", "Content-Length: 5\r\nContent-Type: text/plain\r\n", "a\0\r\nb");
    post("body", "Content-Length: 40000\r\n", "z".repeat(40_000));
    add("body of a GET", "GET /b HTTP/1.1\r\n" + HOST + "Content-Length: 2\r\n\r\nhi");
    add("body of a GET", "DELETE /b HTTP/1.1\r\n" + HOST + "Content-Length: 2\r\n\r\nhi");
    add("empty body of a GET", "GET /b HTTP/1.1\r\n" + HOST + "Content-Length: 0\r\n\r\n");
    post("expect", "Expect: 100-continue\r\nContent-Length: 5\r\n", "hello");
    post("expect", "Expect: 100-Continue\r\nContent-Length: 5\r\n", "hello");
    field("expect without a body", "Expect: 100-continue");
    post("expect something else", "Expect: 200-ok\r\nContent-Length: 5\r\n", "hello");
    add(
        "expect of HTTP/1.0",
        "POST /b HTTP/1.0\r\n" + HOST + "Expect: 100-continue\r\nContent-Length: 2\r\n\r\nhi");
    post("encoded body", "Content-Encoding: gzip\r\nContent-Length: 5\r\n", "\u001f\u008b\b\0x");
  }

  private void lengths(String... values) {
    for (var value : values) {
      post("length that is none", "Content-Length: " + value + "\r\n", "hello");
    }
  }

  private void framing() {
    lengths(
        "+5", "-5", "0x5", "5.0", "5;", "5 5", "five", "", "5,", "99999999999999999999", "\u00b2");
    post("two lengths", "Content-Length: 5\r\nContent-Length: 5\r\n", "hello");
    post("two lengths", "Content-Length: 5\r\nContent-Length: 3\r\n", "hello");
    post("two lengths", "Content-Length: 5, 5\r\n", "hello");
    post("length and chunks", "Content-Length: 5\r\n" + CHUNKED, "0\r\n\r\n");
    post("length and chunks", CHUNKED + "Content-Length: 5\r\n", "0\r\n\r\n");
    for (var coding : List.of("Chunked", "CHUNKED", "  chunked", "chunked \t")) {
      post("chunked in another spelling", "Transfer-Encoding: " + coding + "\r\n", "0\r\n\r\n");
    }
    for (var coding :
        List.of(
            "\u000bchunked",
            "xchunked",
            "chunked, chunked",
            "identity",
            "gzip, chunked",
            "gzip",
            "chunked, gzip",
            "chunked;a=b",
            "\"chunked\"",
            "chunked,",
            "")) {
      post("coding that is not chunked", "Transfer-Encoding: " + coding + "\r\n", "0\r\n\r\n");
    }
    post("two transfer codings", CHUNKED + CHUNKED, "0\r\n\r\n");
    post("two transfer codings", CHUNKED + "Transfer-Encoding: identity\r\n", "0\r\n\r\n");
    post("coding before a blank", "Transfer-Encoding : chunked\r\n", "0\r\n\r\n");
    post("coding with an underscore", "Transfer_Encoding: chunked\r\n", "");
    post("length with an underscore", "Content_Length: 5\r\n", "");
    add("chunks in HTTP/1.0", "POST /b HTTP/1.0\r\n" + HOST + CHUNKED + "\r\n0\r\n\r\n");
    add(
        "length and chunks in HTTP/1.0",
        "POST /b HTTP/1.0\r\n" + HOST + CHUNKED + "Content-Length: 5\r\n\r\n0\r\n\r\n");
  }

  private static final String CHUNKED = "Transfer-Encoding: chunked\r\n";

  private void chunks(String family, String... bodies) {
    for (var body : bodies) {
      post(family, CHUNKED, body);
    }
  }

  private void chunks() {
    chunks("chunks", "0\r\n\r\n", "5\r\nhello\r\n0\r\n\r\n", "1\r\na\r\n2\r\nbc\r\n0\r\n\r\n");
    chunks("chunks", "A\r\n0123456789\r\n0\r\n\r\n", "a\r\n0123456789\r\n0\r\n\r\n");
    chunks("chunks", "005\r\nhello\r\n000\r\n\r\n");
    chunks(
        "chunks with extensions",
        "5;a=b\r\nhello\r\n0;c\r\n\r\n",
        "5;a=\"b\"\r\nhello\r\n0\r\n\r\n");
    chunks("trailers", "5\r\nhello\r\n0\r\nX-Sum: 1\r\n\r\n");
    chunks(
        "trailers that would be fields",
        "5\r\nhello\r\n0\r\nAuthorization: x\r\nX-User: a\r\n\r\n");
    chunks("trailers that frame", "0\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n");
    chunks("bare line feed after a size", "5\nhello\r\n0\r\n\r\n");
    chunks("bare line feed after a chunk", "5\r\nhello\n0\r\n\r\n");
    chunks("bare line feed at the end", "5\r\nhello\r\n0\r\n\n");
    chunks("size that is none", "-5\r\nhello\r\n0\r\n\r\n", "0x5\r\nhello\r\n0\r\n\r\n");
    chunks("size that is none", "+5\r\nhello\r\n0\r\n\r\n", "g\r\nhello\r\n0\r\n\r\n", "\r\n\r\n");
    chunks("size that is none", "5 5\r\nhello\r\n0\r\n\r\n", "fffffffffffffffff\r\nhello\r\n");
    chunks("blank around a size", " 5\r\nhello\r\n0\r\n\r\n", "5 \r\nhello\r\n0\r\n\r\n");
    chunks("blank around a size", "5\t\r\nhello\r\n0\r\n\r\n", "5 ;a\r\nhello\r\n0\r\n\r\n");
    chunks("chunk longer than its size", "3\r\nhello\r\n0\r\n\r\n");
    chunks("line feed in an extension", "5;a\nb\r\nhello\r\n0\r\n\r\n");
    chunks("carriage return in an extension", "5;a\rb\r\nhello\r\n0\r\n\r\n");
    chunks("quoted line end in an extension", "5;a=\"\r\nhello\r\n0\r\n\r\n");
    chunks("folded trailer", "0\r\nX-A: 1\r\n 2\r\n\r\n");
    chunks("trailer that is no field", "0\r\nX A: 1\r\n\r\n", "0\r\ngarbage\r\n\r\n");
    chunks("extension of great length", "5;" + "x".repeat(20_000) + "\r\nhello\r\n0\r\n\r\n");
  }

  private void upgrades() {
    var handshake =
        "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==";
    field("handshake of this origin", handshake + "\r\nOrigin: http://AUTHORITY");
    field("handshake of another origin", handshake + "\r\nOrigin: http://evil.test", handshake);
    field(
        "handshake of another version",
        handshake.replace("13", "8") + "\r\nOrigin: http://AUTHORITY");
    field("other upgrade", "Connection: Upgrade\r\nUpgrade: foo/2");
    field(
        "other upgrade",
        "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk");
    field("upgrade without Connection", "Upgrade: foo/2");
    field("Connection without upgrade", "Connection: Upgrade");
  }
}
