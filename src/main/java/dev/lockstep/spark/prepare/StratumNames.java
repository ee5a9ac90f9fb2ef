package dev.lockstep.spark.prepare;

import dev.lockstep.data.DataException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Numbers strata in the order in which they are met. Not safe for threads. */
final class StratumNames {
  private static final int MOST = 100_000;

  private final Map<String, Integer> numbers = new HashMap<>();
  private final List<String> names = new ArrayList<>();

  /**
   * The number of a stratum.
   *
   * @throws DataException if there are too many for classes
   */
  int number(String name) {
    Integer number = numbers.putIfAbsent(name, names.size());
    if (number != null) {
      return number;
    }
    names.add(name);
    requireFew(names.size());
    return names.size() - 1;
  }

  /** Refuses too many strata for classes. */
  static void requireFew(int strata) {
    if (strata > MOST) {
      throw new DataException(
          "the label has more than %d different values, so it is no class: use a regression model"
                  .formatted(MOST)
              + " or another label");
    }
  }

  /** The names, by number. */
  List<String> list() {
    return List.copyOf(names);
  }
}
