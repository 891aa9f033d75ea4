package dev.cloakroom.config;

import dev.cloakroom.config.text.Finding;
import dev.cloakroom.observe.Event.InsecureSetting;
import dev.cloakroom.observe.LogSettings;
import java.util.List;

/// What came of loading a configuration.
public sealed interface Loaded {
  /// Errors and warnings, in the order of the files.
  List<Finding> findings();

  /// A valid configuration.
  ///
  /// @param findings warnings only
  /// @param weakenings what the configuration weakens by name; to be raised when the gateway starts
  /// @param effective the whole configuration as YAML, defaults filled in, secrets masked
  record Ready(
      GatewayConfig config,
      LogSettings log,
      List<Finding> findings,
      List<InsecureSetting> weakenings,
      String effective)
      implements Loaded {
    public Ready {
      findings = List.copyOf(findings);
      weakenings = List.copyOf(weakenings);
    }
  }

  /// Not a valid configuration.
  record Faulty(List<Finding> findings) implements Loaded {
    public Faulty {
      findings = List.copyOf(findings);
    }
  }
}
