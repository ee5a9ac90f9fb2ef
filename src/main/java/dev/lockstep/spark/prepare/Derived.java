package dev.lockstep.spark.prepare;

import dev.lockstep.config.ConfigException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The derived columns of {@code data.columns}. An expression may read other derived columns; its
 * own name means the source's column.
 */
final class Derived {
  private final Map<String, String> expressions;
  private final Map<String, Set<String>> references = new LinkedHashMap<>();

  Derived(Map<String, String> expressions) {
    this.expressions = expressions;
    for (String name : new TreeSet<>(expressions.keySet())) {
      references.put(name, Expressions.references(key(name), expressions.get(name)));
    }
  }

  private static String key(String name) {
    return "data.columns." + name;
  }

  /** The names of all derived columns. */
  Set<String> names() {
    return references.keySet();
  }

  /** What a derived column reads directly. */
  Set<String> references(String name) {
    return references.getOrDefault(name, Set.of());
  }

  /** The derived columns that are needed to get the wanted ones. */
  Set<String> reachable(Collection<String> wanted) {
    Set<String> found = new LinkedHashSet<>();
    List<String> open = new ArrayList<>(wanted);
    while (!open.isEmpty()) {
      String name = open.remove(open.size() - 1);
      if (references.containsKey(name) && found.add(name)) {
        open.addAll(references.get(name));
      }
    }
    return found;
  }

  /** The columns of the source that are needed to get the wanted ones. */
  Set<String> sourceColumns(Collection<String> wanted) {
    Set<String> derived = reachable(wanted);
    Set<String> found = new LinkedHashSet<>();
    wanted.stream().filter(name -> !derived.contains(name)).forEach(found::add);
    for (String name : derived) {
      for (String reference : references.get(name)) {
        if (reference.equals(name) || !derived.contains(reference)) {
          found.add(reference);
        }
      }
    }
    return found;
  }

  /** The derived columns that columns of the source are enough for. */
  Set<String> from(Collection<String> given) {
    Set<String> found = new LinkedHashSet<>(names());
    found.removeIf(name -> !given.containsAll(sourceColumns(List.of(name))));
    return found;
  }

  /**
   * Adds derived columns, in an order in which each finds what it reads.
   *
   * @throws ConfigException if they read each other in a circle, or Spark refuses one
   */
  Dataset<Row> addTo(Dataset<Row> rows, Collection<String> wanted) {
    Set<String> open = new LinkedHashSet<>(references.keySet());
    open.retainAll(wanted);
    Dataset<Row> result = rows;
    while (!open.isEmpty()) {
      Map<String, Column> ready = new LinkedHashMap<>();
      for (String name : open) {
        boolean waits =
            references.get(name).stream().anyMatch(r -> !r.equals(name) && open.contains(r));
        if (!waits) {
          ready.put(name, Expressions.column(key(name), expressions.get(name), result));
        }
      }
      if (ready.isEmpty()) {
        throw new ConfigException(
            "data.columns: %s read each other in a circle".formatted(String.join(", ", open)));
      }
      result = result.withColumns(ready);
      open.removeAll(ready.keySet());
    }
    return result;
  }
}
