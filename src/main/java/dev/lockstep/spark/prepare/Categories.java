package dev.lockstep.spark.prepare;

import java.io.Serializable;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** How often each category of a column occurs. Not safe for threads. */
public final class Categories implements Serializable {
  private static final long serialVersionUID = 1L;

  private final HashMap<String, Long> counts = new HashMap<>();
  private long missing;

  /** Adds rows of a category. */
  public void add(String category, long rows) {
    counts.merge(category, rows, Long::sum);
  }

  /** Adds a missing category. */
  public void addMissing() {
    missing++;
  }

  /** Adds the counts of other rows; these. */
  public Categories merge(Categories right) {
    right.counts.forEach(this::add);
    missing += right.missing;
    return this;
  }

  /** How many rows have none. */
  public long missing() {
    return missing;
  }

  /** How many different categories there are. */
  public int size() {
    return counts.size();
  }

  /** The rows of each category. */
  public Map<String, Long> counts() {
    return counts;
  }

  /** The categories, most frequent first, then by value. */
  public List<String> byFrequency() {
    return counts.entrySet().stream()
        .sorted(
            Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
                .thenComparing(Map.Entry.comparingByKey()))
        .map(Map.Entry::getKey)
        .toList();
  }
}
