package dev.lockstep.spark.source;

import dev.lockstep.data.DataException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Finds the columns of JSON lines, in the order in which they first appear, and their types. */
final class JsonSurvey implements LineSurvey {
  private static final long serialVersionUID = 1L;
  private static final int NUMBER = 1;
  private static final int NOT_FINITE = 2;
  private static final int TEXT = 4;

  private final Map<String, ColumnType> types;
  private final Map<String, ColumnType> asked;
  private final LinkedHashMap<String, Integer> seen = new LinkedHashMap<>();
  private transient LinkedHashMap<String, Integer> current;

  /**
   * A survey of no rows yet.
   *
   * @param types of columns that must be there
   * @param asked of others
   */
  JsonSurvey(Map<String, ColumnType> types, Map<String, ColumnType> asked) {
    this.types = types;
    this.asked = asked;
  }

  @Override
  public LineSurvey fresh() {
    return new JsonSurvey(types, asked);
  }

  @Override
  public boolean accept(byte[] line, int length) throws BadLineException {
    if (current == null) {
      current = new LinkedHashMap<>();
    }
    current.clear();
    boolean row = JsonLine.read(line, length, this::take);
    current.forEach((name, flags) -> seen.merge(name, flags, (a, b) -> a | b));
    return row;
  }

  private void take(String name, String text, boolean number) throws BadLineException {
    if (Identity.reserves(name)) {
      throw new BadLineException(name, "is a name that this program uses; rename the field");
    }
    int flags = TEXT;
    if (number) {
      flags = Double.isFinite(Double.parseDouble(text)) ? NUMBER : NOT_FINITE;
    }
    current.put(name, flags);
  }

  @Override
  public void add(LineSurvey other) {
    ((JsonSurvey) other).seen.forEach((name, flags) -> seen.merge(name, flags, (a, b) -> a | b));
  }

  @Override
  public LineTable table() {
    List<String> names = new ArrayList<>(seen.keySet());
    List<ColumnType> columnTypes = new ArrayList<>();
    boolean refuses = false;
    for (String name : types.keySet()) {
      if (!seen.containsKey(name)) {
        throw new DataException(
            "data.source.types names the column "
                + name
                + ", which no row has; there are "
                + String.join(", ", names));
      }
    }
    for (String name : names) {
      ColumnType found = (seen.get(name) & TEXT) == 0 ? ColumnType.NUMBER : ColumnType.STRING;
      ColumnType type = types.getOrDefault(name, asked.getOrDefault(name, found));
      columnTypes.add(type);
      refuses |= type == ColumnType.NUMBER && (seen.get(name) & ~NUMBER) != 0;
    }
    return new JsonTable(names, columnTypes, refuses);
  }
}
