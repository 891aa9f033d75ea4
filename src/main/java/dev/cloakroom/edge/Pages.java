package dev.cloakroom.edge;

import dev.cloakroom.crypto.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// The few pages of the gateway's own: a sentence, a stable code, a way on. One style sheet, no
/// script, nothing from the request but an address that was checked.
final class Pages {
  private static final String STYLE =
      """
      :root{color-scheme:light dark;--ink:#1c2430;--soft:#5b6675;--paper:#fff;--ground:#f2f4f7;--accent:#1f5fbf}
      @media(prefers-color-scheme:dark){:root{--ink:#e8ecf2;--soft:#a3aebd;--paper:#1d232c;--ground:#12161c;--accent:#8bb8ff}}
      *{box-sizing:border-box}
      body{margin:0;min-height:100vh;display:grid;place-items:center;padding:1.5rem;background:var(--ground);color:var(--ink);font:1rem/1.6 system-ui,sans-serif}
      main{max-width:32rem;width:100%;background:var(--paper);border-radius:.75rem;padding:2rem;box-shadow:0 1px 3px #0003}
      h1{font-size:1.4rem;line-height:1.3;margin:0 0 .5rem}
      p{margin:.5rem 0 1rem}
      nav{display:flex;flex-wrap:wrap;gap:.75rem;margin:1.5rem 0}
      a{color:var(--accent);border:1px solid currentColor;border-radius:.5rem;padding:.5rem 1rem;text-decoration:none}
      ul{list-style:none;margin:0;padding:0;display:grid;gap:.75rem;width:100%}
      li a{display:block;padding:.75rem 1rem}
      a:hover,a:focus-visible{text-decoration:underline}
      a:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
      details{margin-bottom:1rem}
      details ul{margin-top:.5rem;gap:.25rem}
      summary{cursor:pointer}
      details li{margin:0 0 0 1.25rem;list-style:disc}
      footer{color:var(--soft);font-size:.85rem}
      code{font-family:ui-monospace,monospace;overflow-wrap:anywhere}
      """;

  /// The one style sheet, as a CSP source.
  static final String STYLE_HASH = hash(STYLE);

  private final Surface surface;

  Pages(Surface surface) {
    this.surface = surface;
  }

  /// A problem, readable.
  String of(Problem problem, String traceId) {
    var login = problem.loginUrl().orElse(surface.loginUrl());
    var links =
        offersLogin(problem.code())
            ? link(login, loginText(problem.code())) + link("/", "Go to the app")
            : link("/", "Go to the app");
    var footer =
        "Code <code>%s</code> · Trace <code>%s</code>".formatted(problem.code().code(), traceId);
    return page(problem.code().title(), problem.sentence(), links, checks(problem) + footer, "");
  }

  /// The dev server does not answer; the page asks again by itself.
  static String devServerDown(String traceId) {
    return page(
        "The dev server does not answer",
        "Start it (usually with: npm run dev). This page tries again every two seconds.",
        "",
        "Code <code>dev_server_unreachable</code> · Trace <code>" + traceId + "</code>",
        "<meta http-equiv=\"refresh\" content=\"2\">");
  }

  /// Where users choose who signs them in.
  ///
  /// @param ways labels by address
  /// @param app the app that asks, if it is one
  static String chooser(Map<String, String> ways, Optional<String> app) {
    var links =
        ways.entrySet().stream()
            .map(way -> "<li>" + link(way.getKey(), escape(way.getValue())) + "</li>")
            .collect(Collectors.joining("", "<ul>", "</ul>"));
    var text =
        app.map(
                name ->
                    "The app "
                        + name
                        + " asks to sign you in. Go on only if you have just opened it yourself.")
            .orElse("Choose how you want to sign in.");
    return page("Sign in", text, links, app.isPresent() ? "" : link("/", "Go to the app"), "");
  }

  /// The end of a login. The browser goes on by itself, as if the user had followed a link here.
  static String goingOn(String address) {
    return page(
        "You are signed in",
        "The page you asked for opens by itself.",
        link(address, "Open it now"),
        "",
        "<meta http-equiv=\"refresh\" content=\"0;url=" + escape(address) + "\">");
  }

  /// Another site sent the browser here, so the user says whether it is to go there.
  ///
  /// @param way what leads there
  static String confirm(String address, String way) {
    return page(
        "Go on?",
        "A link from elsewhere asks for this page: " + address,
        link(way, "Go on") + link("/", "Go to the app"),
        "",
        "");
  }

  private static boolean offersLogin(ProblemCode code) {
    return code.status() == 401
        || code == ProblemCode.LOGIN_STATE_MISMATCH
        || code == ProblemCode.LOGIN_REJECTED
        || code == ProblemCode.LOGIN_LOOP
        || code == ProblemCode.PROVIDER_UNAVAILABLE
        || code == ProblemCode.PROVIDER_REJECTED;
  }

  /// Nobody is asked to do again what they may never have done.
  private static String loginText(ProblemCode code) {
    if (code == ProblemCode.LOGIN_LOOP) {
      return "Try again";
    }
    return code == ProblemCode.LOGIN_REQUIRED ? "Sign in" : "Sign in again";
  }

  private static String checks(Problem problem) {
    return problem.checks().isEmpty()
        ? ""
        : problem.checks().stream()
            .map(check -> "<li>" + escape(check) + "</li>")
            .collect(
                Collectors.joining(
                    "",
                    "<details open><summary>If this happens again, the operator of this site can"
                        + " check:</summary><ul>",
                    "</ul></details>"));
  }

  private static String link(String href, String text) {
    return "<a href=\"" + escape(href) + "\">" + text + "</a>";
  }

  private static String page(
      String title, String sentence, String links, String footer, String head) {
    return """
    <!doctype html>
    <html lang="en">
    <head><meta charset="utf-8"><meta name="viewport" content="width=device-width">%s
    <title>%s</title><style>%s</style></head>
    <body><main><h1>%s</h1><p>%s</p><nav>%s</nav><footer>%s</footer></main></body>
    </html>
    """
        .formatted(head, escape(title), STYLE, escape(title), escape(sentence), links, footer);
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }

  private static String hash(String style) {
    var hash = Sha256.hash(style.getBytes(StandardCharsets.UTF_8));
    return "sha256-" + Base64.getEncoder().encodeToString(hash);
  }
}
