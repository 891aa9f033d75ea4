package dev.cloakroom.config.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SuggestionsTest {
  private static final List<String> KNOWN = List.of("upstream", "client_id", "scopes", "path");

  @ParameterizedTest
  @CsvSource({"upstrem, upstream", "clientId, client_id", "CLIENT-ID, client_id", "socpes, scopes"})
  void itFindsWhatWasMeant(String written, String meant) {
    assertThat(Suggestions.nearest(written, KNOWN)).contains(meant);
  }

  @Test
  void itDoesNotGuessWildly() {
    assertThat(Suggestions.nearest("timeout", KNOWN)).isEmpty();
  }

  @Test
  void neighboursThatChangedPlacesAreOneEdit() {
    assertThat(Suggestions.distance("ptah", "path")).isEqualTo(1);
  }
}
