package dev.lockstep.spark.prepare;

import java.util.function.Supplier;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Rows with the columns of {@link KeyColumns}, made when somebody first asks: where keys are known
 * without reading rows, nobody may, and Spark takes its time to analyze a frame.
 */
final class Keyed {
  private final Supplier<Dataset<Row>> maker;
  private Dataset<Row> made;

  Keyed(Supplier<Dataset<Row>> maker) {
    this.maker = maker;
  }

  synchronized Dataset<Row> frame() {
    if (made == null) {
      made = maker.get();
    }
    return made;
  }
}
