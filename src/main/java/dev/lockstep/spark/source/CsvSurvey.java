package dev.lockstep.spark.source;

/** Finds the type of each csv column: a number if every value that is not missing is one. */
final class CsvSurvey implements LineSurvey {
  private static final long serialVersionUID = 1L;
  private static final byte FINITE = 1;
  private static final byte NOT_FINITE = 2;
  private static final byte TEXT = 4;

  private final CsvFormat format;
  private final byte[] seen;
  private transient CsvLine line;
  private transient byte[][] nulls;

  CsvSurvey(CsvFormat format) {
    this.format = format;
    this.seen = new byte[format.names().size()];
  }

  @Override
  public LineSurvey fresh() {
    return new CsvSurvey(format);
  }

  @Override
  public boolean accept(byte[] bytes, int length) throws BadLineException {
    if (line == null) {
      line = new CsvLine(format);
      nulls = CsvLine.utf8(format.nulls());
    }
    if (!line.read(bytes, length)) {
      return false;
    }
    for (int i = 0; i < seen.length; i++) {
      if ((seen[i] & TEXT) == 0 && !line.isNull(i, nulls)) {
        seen[i] |= flag(line.kind(i));
      }
    }
    return true;
  }

  private static byte flag(NumberText.Kind kind) {
    return switch (kind) {
      case FINITE -> FINITE;
      case NOT_FINITE -> NOT_FINITE;
      case TEXT -> TEXT;
    };
  }

  @Override
  public void add(LineSurvey other) {
    byte[] others = ((CsvSurvey) other).seen;
    for (int i = 0; i < seen.length; i++) {
      seen[i] |= others[i];
    }
  }

  @Override
  public LineTable table() {
    ColumnType[] types = new ColumnType[seen.length];
    boolean refuses = false;
    for (int i = 0; i < seen.length; i++) {
      ColumnType found = (seen[i] & TEXT) == 0 ? ColumnType.NUMBER : ColumnType.STRING;
      types[i] = format.types().getOrDefault(format.names().get(i), found);
      refuses |= types[i] == ColumnType.NUMBER && (seen[i] & ~FINITE) != 0;
    }
    return CsvTable.all(format, types, refuses);
  }
}
