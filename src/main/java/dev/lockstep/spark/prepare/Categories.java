package dev.lockstep.spark.prepare;

import java.io.Serializable;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How often each category of a column occurs. Of one with more of them than were asked for it keeps
 * none, only that there are more, whatever the order of rows and parts. Not safe for threads.
 */
public final class Categories implements Serializable {
  private static final long serialVersionUID = 1L;

  private final HashMap<String, Long> counts = new HashMap<>();
  private final int most;
  private boolean more;
  private long missing;

  /** Of no rows yet; any number of categories. */
  public Categories() {
    this(Integer.MAX_VALUE);
  }

  /** Of no rows yet; at most so many categories. */
  Categories(int most) {
    this.most = most;
  }

  /** Adds rows of a category. */
  public void add(String category, long rows) {
    if (!more) {
      counts.merge(category, rows, Long::sum);
      if (counts.size() > most) {
        addTooMany();
      }
    }
  }

  /** Adds rows of more different categories than are kept. */
  void addTooMany() {
    more = true;
    counts.clear();
  }

  /** Adds a missing category. */
  public void addMissing() {
    missing++;
  }

  /** Adds the counts of other rows; these. */
  public Categories merge(Categories right) {
    if (right.more) {
      addTooMany();
    }
    right.counts.forEach(this::add);
    missing += right.missing;
    return this;
  }

  /** How many rows have none. */
  public long missing() {
    return missing;
  }

  /** How many categories are kept. */
  int most() {
    return most;
  }

  /** Whether there are more than were asked for, of which none is kept. */
  public boolean more() {
    return more;
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
