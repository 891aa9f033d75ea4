package dev.cloakroom.config.text;

import static java.util.Comparator.comparingInt;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/// What the operator probably meant.
public final class Suggestions {
  private static final int MAX_EDITS = 2;

  private Suggestions() {}

  /// The nearest of `known` within two edits, or equal but for `-`, `_` and case.
  public static Optional<String> nearest(String written, Collection<String> known) {
    return known.stream()
        .filter(name -> near(written, name))
        .min(comparingInt((String name) -> distance(written, name)).thenComparing(name -> name));
  }

  private static boolean near(String written, String name) {
    if (folded(written).equals(folded(name))) {
      return true;
    }
    int edits = distance(written, name);
    return edits <= MAX_EDITS && edits < name.length();
  }

  private static String folded(String name) {
    return name.replaceAll("[-_]", "").toLowerCase(Locale.ROOT);
  }

  /// Damerau-Levenshtein, with neighbours that changed places as one edit.
  public static int distance(String a, String b) {
    var d = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      d[i][0] = i;
    }
    for (int j = 0; j <= b.length(); j++) {
      d[0][j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      for (int j = 1; j <= b.length(); j++) {
        int substitution = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        d[i][j] = Math.min(d[i - 1][j] + 1, d[i][j - 1] + 1);
        d[i][j] = Math.min(d[i][j], d[i - 1][j - 1] + substitution);
        if (swapped(a, b, i, j)) {
          d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
        }
      }
    }
    return d[a.length()][b.length()];
  }

  private static boolean swapped(String a, String b, int i, int j) {
    return i > 1
        && j > 1
        && a.charAt(i - 1) == b.charAt(j - 2)
        && a.charAt(i - 2) == b.charAt(j - 1);
  }
}
