package dev.lockstep.spark.source;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Columns of a csv source with their types, numbers are doubles; and the text of some. */
final class CsvTable implements LineTable {
  private static final long serialVersionUID = 1L;

  private final CsvFormat format;
  private final ColumnType[] types;
  private final boolean mayRefuse;
  private final int[] fields;
  private final int[] texts;

  /**
   * Some columns.
   *
   * @param types the types of all fields of a line
   * @param fields the fields that become columns, in the order of the columns
   * @param texts the fields whose text becomes a column too
   */
  private CsvTable(
      CsvFormat format, ColumnType[] types, boolean mayRefuse, int[] fields, int[] texts) {
    this.format = format;
    this.types = types;
    this.mayRefuse = mayRefuse;
    this.fields = fields;
    this.texts = texts;
  }

  static CsvTable all(CsvFormat format, ColumnType[] types, boolean mayRefuse) {
    int[] fields = IntStream.range(0, types.length).toArray();
    return new CsvTable(format, types, mayRefuse, fields, new int[0]);
  }

  @Override
  public StructType schema() {
    StructType schema = new StructType();
    for (int field : fields) {
      boolean number = types[field] == ColumnType.NUMBER;
      schema =
          schema.add(
              format.names().get(field), number ? DataTypes.DoubleType : DataTypes.StringType);
    }
    for (int field : texts) {
      schema = schema.add(Identity.text(format.names().get(field)), DataTypes.StringType);
    }
    return schema;
  }

  @Override
  public boolean mayRefuse() {
    return mayRefuse;
  }

  @Override
  public LineTable only(List<String> columns) {
    if (columns.isEmpty()) {
      return this;
    }
    int[] kept = new int[columns.size()];
    for (int i = 0; i < kept.length; i++) {
      kept[i] = format.names().indexOf(columns.get(i));
      if (kept[i] < 0) {
        throw new NoColumnException(columns.get(i), format.names());
      }
    }
    return new CsvTable(format, types, mayRefuse, kept, texts);
  }

  @Override
  public LineTable withTexts(List<String> columns) {
    int[] told = columns.stream().mapToInt(format.names()::indexOf).filter(i -> i >= 0).toArray();
    return new CsvTable(format, types, mayRefuse, fields, told);
  }

  @Override
  public LineParser parser() {
    return new Parser();
  }

  private final class Parser implements LineParser {
    private final CsvLine line = new CsvLine(format);
    private final byte[][] nulls = CsvLine.utf8(format.nulls());
    private final String[] columnOf = format.names().toArray(String[]::new);
    private final int[] unread = unread();

    /** Numeric fields that are no columns; they are checked where the survey saw wrong ones. */
    private int[] unread() {
      int[] kept = fields.clone();
      Arrays.sort(kept);
      return IntStream.range(0, types.length)
          .filter(i -> mayRefuse && types[i] == ColumnType.NUMBER)
          .filter(i -> Arrays.binarySearch(kept, i) < 0)
          .toArray();
    }

    @Override
    public boolean parse(byte[] bytes, int length, Object[] cells) throws BadLineException {
      if (!line.read(bytes, length)) {
        return false;
      }
      for (int c = 0; c < fields.length; c++) {
        int field = fields[c];
        cells[c] = types[field] == ColumnType.NUMBER ? value(field) : text(field);
      }
      for (int c = 0; c < texts.length; c++) {
        cells[fields.length + c] = asItIs(texts[c]);
      }
      for (int field : unread) {
        if (!line.isNull(field, nulls)) {
          number(field);
        }
      }
      return true;
    }

    private Double value(int field) throws BadLineException {
      return line.isNull(field, nulls) ? null : (Double) number(field);
    }

    private String text(int field) {
      return line.isNull(field, nulls) ? null : line.text(field);
    }

    /** The text, of a missing value too; null where there is none to show. */
    private String asItIs(int field) {
      String text = line.text(field);
      return text.isEmpty() ? text(field) : text;
    }

    private double number(int field) throws BadLineException {
      double value = line.number(field);
      if (Double.isFinite(value)) {
        return value;
      }
      String column = columnOf[field];
      throw new BadLineException(
          column,
          "\""
              + line.text(field)
              + "\" is not a finite number; correct it, add it to data.source.nulls, or set"
              + " data.source.types.\""
              + column
              + "\" = string");
    }
  }
}
