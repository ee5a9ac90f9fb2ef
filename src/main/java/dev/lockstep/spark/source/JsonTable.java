package dev.lockstep.spark.source;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Columns of JSON lines with their types, numbers are doubles; and the text of some. */
final class JsonTable implements LineTable {
  private static final long serialVersionUID = 1L;

  private final List<String> names;
  private final List<ColumnType> types;
  private final boolean mayRefuse;
  private final int[] columns;
  private final int[] texts;

  JsonTable(List<String> names, List<ColumnType> types, boolean mayRefuse) {
    this(names, types, mayRefuse, IntStream.range(0, names.size()).toArray(), new int[0]);
  }

  /**
   * Some columns.
   *
   * @param columns which of the names become columns, in their order
   * @param texts which of them become columns of text too
   */
  private JsonTable(
      List<String> names, List<ColumnType> types, boolean mayRefuse, int[] columns, int[] texts) {
    this.names = names;
    this.types = types;
    this.mayRefuse = mayRefuse;
    this.columns = columns;
    this.texts = texts;
  }

  @Override
  public StructType schema() {
    StructType schema = new StructType();
    for (int column : columns) {
      boolean number = types.get(column) == ColumnType.NUMBER;
      schema = schema.add(names.get(column), number ? DataTypes.DoubleType : DataTypes.StringType);
    }
    for (int text : texts) {
      schema = schema.add(Identity.text(names.get(text)), DataTypes.StringType);
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
    int[] kept = wanted.stream().mapToInt(names::indexOf).toArray();
    return new JsonTable(names, types, mayRefuse, kept, texts);
  }

  @Override
  public LineTable withTexts(List<String> wanted) {
    int[] told = wanted.stream().mapToInt(names::indexOf).filter(i -> i >= 0).toArray();
    return new JsonTable(names, types, mayRefuse, columns, told);
  }

  @Override
  public LineParser parser() {
    Map<String, Integer> fields = new HashMap<>();
    for (int i = 0; i < names.size(); i++) {
      fields.put(names.get(i), i);
    }
    int[] cellOf = cells(columns, 0);
    int[] textCellOf = cells(texts, columns.length);
    return (line, length, cells) -> {
      Arrays.fill(cells, 0, columns.length + texts.length, null);
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
            if (textCellOf[field] >= 0) {
              cells[textCellOf[field]] = text;
            }
          });
    };
  }

  /** The cell of each name, from the first one on; -1 for those that have none. */
  private int[] cells(int[] taken, int first) {
    int[] cellOf = new int[names.size()];
    Arrays.fill(cellOf, -1);
    for (int c = 0; c < taken.length; c++) {
      cellOf[taken[c]] = first + c;
    }
    return cellOf;
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
