package dev.lockstep.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Finds the known key that a mistyped one probably meant. */
public final class NearestKey {
  private NearestKey() {}

  /**
   * The key with the fewest edits, the first of equals; empty where even that one needs more than
   * half of the longer one's letters changed.
   */
  public static Optional<String> of(String typed, Collection<String> known) {
    return known.stream()
        .filter(key -> 2 * edits(typed, key) <= Math.max(typed.length(), key.length()))
        .min(Comparator.comparingInt(key -> edits(typed, key)));
  }

  /** What to say about a key or value that is not known. */
  public static String advice(String typed, Collection<String> known) {
    return of(typed, known)
        .map(key -> "did you mean " + key + "?")
        .orElse("known are " + String.join(", ", known));
  }

  /**
   * Insertions, deletions, replacements and swaps of neighbours that lead from one to the other.
   */
  static int edits(String from, String to) {
    int[][] cost = new int[from.length() + 1][to.length() + 1];
    for (int i = 0; i <= from.length(); i++) {
      for (int j = 0; j <= to.length(); j++) {
        cost[i][j] = i == 0 || j == 0 ? i + j : step(cost, from, to, i, j);
      }
    }
    return cost[from.length()][to.length()];
  }

  private static int step(int[][] cost, String from, String to, int i, int j) {
    boolean same = from.charAt(i - 1) == to.charAt(j - 1);
    int best = Math.min(cost[i - 1][j], cost[i][j - 1]) + 1;
    best = Math.min(best, cost[i - 1][j - 1] + (same ? 0 : 1));
    boolean swapped =
        i > 1
            && j > 1
            && from.charAt(i - 1) == to.charAt(j - 2)
            && from.charAt(i - 2) == to.charAt(j - 1);
    return swapped ? Math.min(best, cost[i - 2][j - 2] + 1) : best;
  }
}
