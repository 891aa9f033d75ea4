package dev.cloakroom.cli;

import dev.cloakroom.config.text.Finding;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/// Findings, as people and machines read them.
final class Report {
  /// How a report looks.
  enum Format {
    TEXT,
    JSON,
    GITHUB
  }

  private Report() {}

  /// The report; empty when there is nothing to report (but JSON is never empty).
  static String of(List<Finding> findings, Format format) {
    return switch (format) {
      case TEXT -> text(findings);
      case JSON -> json(findings);
      case GITHUB -> github(findings);
    };
  }

  private static String text(List<Finding> findings) {
    if (findings.isEmpty()) {
      return "";
    }
    var lines = new ArrayList<String>();
    findings.forEach(finding -> lines.add(finding.text()));
    lines.add(Finding.summary(findings));
    return String.join("\n", lines);
  }

  private static String json(List<Finding> findings) {
    var array = new JsonArray();
    for (var finding : findings) {
      array.add(
          new JsonObject()
              .put("severity", finding.severity().toString())
              .put("code", finding.code())
              .put("file", finding.file())
              .put("line", finding.line())
              .put("column", finding.column())
              .put("message", finding.problem())
              .put("remedy", finding.remedy()));
    }
    return new JsonObject().put("findings", array).encodePrettily();
  }

  /// Annotations of a GitHub workflow.
  private static String github(List<Finding> findings) {
    var lines = new ArrayList<String>();
    for (var f : findings) {
      var remedy = f.remedy().isEmpty() ? "" : " (" + f.remedy() + ")";
      lines.add(
          "::%s file=%s,line=%d,col=%d,title=%s::%s"
              .formatted(
                  f.severity(),
                  property(f.file()),
                  f.line(),
                  f.column(),
                  property(f.code()),
                  message(f.problem() + remedy)));
    }
    return String.join("\n", lines);
  }

  private static String message(String text) {
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A");
  }

  private static String property(String text) {
    return message(text).replace(":", "%3A").replace(",", "%2C");
  }
}
