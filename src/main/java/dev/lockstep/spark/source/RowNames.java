package dev.lockstep.spark.source;

/** How the rows of a source are named in messages; may read files again. Used on the driver. */
public interface RowNames {
  /** File and row number. */
  RowNames PLAIN = (file, position) -> (file.isEmpty() ? "row " : file + ", row ") + (position + 1);

  /**
   * A row's name, such as {@code people.csv, line 17}.
   *
   * @param file the value of {@link Identity#FILE}
   * @param position the value of {@link Identity#POSITION}
   */
  String of(String file, long position);
}
