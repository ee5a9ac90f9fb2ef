package dev.lockstep.spark.prepare;

import dev.lockstep.spark.source.BadRows;
import dev.lockstep.spark.source.Identity;
import dev.lockstep.spark.source.Source;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Rows given by hand, as a source: two files of rows, cut into tasks and listed as wanted.
 *
 * @param schema the user's columns
 * @param rows the values of each row
 * @param tasks how many tasks read them
 * @param shuffle mixes the order in which rows are listed, 0 for none
 */
public record HandMade(StructType schema, List<List<Object>> rows, int tasks, long shuffle)
    implements Source {
  @Override
  public SourceRows open(SparkSession session, SourceRequest request) {
    List<Row> all = new ArrayList<>();
    for (int i = 0; i < rows.size(); i++) {
      List<Object> values = new ArrayList<>(rows.get(i));
      boolean first = i < rows.size() / 2;
      values.add(first ? "a.csv" : "b.csv");
      values.add(10L * (first ? i : i - rows.size() / 2));
      values.add(0L);
      all.add(RowFactory.create(values.toArray()));
    }
    if (shuffle != 0) {
      Collections.shuffle(all, new Random(shuffle));
    }
    StructType full =
        schema
            .add(Identity.FILE, DataTypes.StringType, false)
            .add(Identity.POSITION, DataTypes.LongType, false)
            .add(Identity.HASH, DataTypes.LongType, false);
    return new SourceRows(
        session.createDataFrame(all, full).repartition(tasks),
        rows.size(),
        List.of(),
        BadRows.NONE);
  }
}
