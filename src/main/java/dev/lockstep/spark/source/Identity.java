package dev.lockstep.spark.source;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * The columns that carry a row's identity beside the user's columns. File and position do not
 * depend on how Spark cuts the files into tasks.
 */
public final class Identity {
  /** String: the file, relative to the source root; empty where the source has none. */
  public static final String FILE = "__lockstep_file";

  /**
   * Long: byte offset of a line, row index of parquet, byte offset of the first line of a
   * multi-line csv record, index of a synthetic row; for sources without positions the occurrence
   * number of equal rows. Offsets in a compressed file count its decompressed bytes.
   */
  public static final String POSITION = "__lockstep_position";

  /** Long: 64 bits of a hash of the whole row; 0 where file and position already identify it. */
  public static final String HASH = "__lockstep_hash";

  private static final String PREFIX = "__lockstep_";
  private static final String TEXT = PREFIX + "text_";

  private Identity() {}

  /** Whether a column name is one of ours, which no source may have. */
  static boolean reserves(String column) {
    return column.startsWith(PREFIX);
  }

  /** String: the name under which a column's text stands, as the file has it. */
  public static String text(String column) {
    return TEXT + column;
  }

  /** A schema of user columns with the three columns appended. */
  static StructType addTo(StructType schema) {
    return schema
        .add(FILE, DataTypes.StringType, false)
        .add(POSITION, DataTypes.LongType, false)
        .add(HASH, DataTypes.LongType, false);
  }

  /** Writes the identity of a row with a position into three cells from {@code first} on. */
  static void set(Object[] cells, int first, String file, long position) {
    cells[first] = file;
    cells[first + 1] = position;
    cells[first + 2] = 0L;
  }

  /** The asked user columns, all if none are asked, and our own. */
  static Dataset<Row> select(Dataset<Row> frame, List<String> columns) {
    if (columns.isEmpty()) {
      return frame;
    }
    List<String> names = Arrays.asList(frame.columns());
    for (String column : columns) {
      if (!names.contains(column)) {
        throw new NoColumnException(
            column, names.stream().filter(name -> !reserves(name)).toList());
      }
    }
    return frame.select(
        Stream.concat(columns.stream(), names.stream().filter(Identity::reserves))
            .map(name -> frame.col("`" + name.replace("`", "``") + "`"))
            .toArray(Column[]::new));
  }
}
