package dev.lockstep.spark.source;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Columns of JSON lines with their types: numbers are doubles. */
final class JsonTable implements LineTable {
  private static final long serialVersionUID = 1L;

  private final List<String> names;
  private final List<ColumnType> types;
  private final boolean mayRefuse;
  private final int[] columns;

  JsonTable(List<String> names, List<ColumnType> types, boolean mayRefuse) {
    this(names, types, mayRefuse, IntStream.range(0, names.size()).toArray());
  }

  private JsonTable(List<String> names, List<ColumnType> types, boolean mayRefuse, int[] columns) {
    this.names = names;
    this.types = types;
    this.mayRefuse = mayRefuse;
    this.columns = columns;
  }

  @Override
  public StructType schema() {
    StructType schema = new StructType();
    for (int column : columns) {
      boolean number = types.get(column) == ColumnType.NUMBER;
      schema = schema.add(names.get(column), number ? DataTypes.DoubleType : DataTypes.StringType);
    }
    return schema;
  }

  @Override
  public boolean mayRefuse() {
    return mayRefuse;
  }

  @Override
  public LineTable only(List<String> wanted) {
    if (wanted.isEmpty()) {
      return this;
    }
    for (String column : wanted) {
      if (!names.contains(column)) {
        throw new NoColumnException(column, names);
      }
    }
    return new JsonTable(
        names, types, mayRefuse, wanted.stream().mapToInt(names::indexOf).toArray());
  }

  @Override
  public LineParser parser() {
    Map<String, Integer> fields = new HashMap<>();
    int[] cellOf = new int[names.size()];
    Arrays.fill(cellOf, -1);
    for (int i = 0; i < names.size(); i++) {
      fields.put(names.get(i), i);
    }
    for (int c = 0; c < columns.length; c++) {
      cellOf[columns[c]] = c;
    }
    return (line, length, cells) -> {
      Arrays.fill(cells, 0, columns.length, null);
      return JsonLine.read(
          line,
          length,
          (name, text, number) -> {
            Integer field = fields.get(name);
            if (field == null) {
              return;
            }
            Object value = value(field, text);
            if (cellOf[field] >= 0) {
              cells[cellOf[field]] = value;
            }
          });
    };
  }

  private Object value(int field, String text) throws BadLineException {
    if (types.get(field) == ColumnType.STRING) {
      return text;
    }
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    double value = NumberText.parse(bytes, 0, bytes.length);
    if (!Double.isFinite(value)) {
      throw new BadLineException(
          names.get(field),
          "\""
              + text
              + "\" is not a finite number; correct it or set data.source.types.\""
              + names.get(field)
              + "\" = string");
    }
    return value;
  }
}
