package dev.lockstep.spark.prepare;

import dev.lockstep.data.DataException;
import dev.lockstep.spark.source.RowNames;
import java.util.Map;

/** A task met a row that cannot be used; the driver knows how to name it. */
public final class BadRowException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int part;
  private final String file;
  private final long position;

  /**
   * A row and its problem.
   *
   * @param part the value of {@link Columns#PART}
   * @param file its file
   * @param position its position
   * @param problem what it is, what it must be
   */
  public BadRowException(int part, String file, long position, String problem) {
    super(problem);
    this.part = part;
    this.file = file;
    this.position = position;
  }

  /** The error for the user. */
  DataException named(Map<Integer, RowNames> names) {
    String where = names.getOrDefault(part, RowNames.PLAIN).of(file, position);
    return new DataException(where + ": " + getMessage(), this);
  }
}
