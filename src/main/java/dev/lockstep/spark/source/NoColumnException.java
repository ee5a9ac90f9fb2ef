package dev.lockstep.spark.source;

import dev.lockstep.data.DataException;
import java.util.List;

/** A source lacks a column that it was asked for; who asks knows the setting that names it. */
public final class NoColumnException extends DataException {
  private static final long serialVersionUID = 1L;

  private final String column;

  /**
   * A column and those that there are.
   *
   * @param names of all columns of the source
   */
  public NoColumnException(String column, List<String> names) {
    super("the source has no column %s; it has %s".formatted(column, String.join(", ", names)));
    this.column = column;
  }

  /** The column. */
  public String column() {
    return column;
  }
}
