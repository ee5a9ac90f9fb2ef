package dev.lockstep.spark.source;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Checks lines of text; there is nothing to learn from them. */
final class TextSurvey implements LineSurvey {
  private static final long serialVersionUID = 1L;
  private static final String COLUMN = "text";

  private transient LineParser parser;
  private transient Object[] cells;

  @Override
  public LineSurvey fresh() {
    return new TextSurvey();
  }

  @Override
  public boolean accept(byte[] line, int length) throws BadLineException {
    if (parser == null) {
      parser = new Table().parser();
      cells = new Object[1];
    }
    return parser.parse(line, length, cells);
  }

  @Override
  public void add(LineSurvey other) {}

  @Override
  public LineTable table() {
    return new Table();
  }

  private static final class Table implements LineTable {
    private static final long serialVersionUID = 1L;

    @Override
    public StructType schema() {
      return new StructType().add(COLUMN, DataTypes.StringType, false);
    }

    @Override
    public boolean mayRefuse() {
      return false;
    }

    @Override
    public LineTable only(List<String> columns) {
      for (String column : columns) {
        if (!column.equals(COLUMN)) {
          throw new NoColumnException(column, List.of(COLUMN));
        }
      }
      return this;
    }

    @Override
    public LineParser parser() {
      CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
      return (line, length, cells) -> {
        if (length == 0) {
          return false;
        }
        try {
          cells[0] = decoder.decode(ByteBuffer.wrap(line, 0, length)).toString();
          return true;
        } catch (CharacterCodingException e) {
          throw new BadLineException(COLUMN, "is not UTF-8; convert the file to UTF-8");
        }
      };
    }
  }
}
