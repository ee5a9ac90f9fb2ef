package dev.lockstep.spark.prepare;

import dev.lockstep.config.ConfigException;
import dev.lockstep.spark.source.Identity;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF2;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * The number of each row in the order of file and position: 8 bytes a row, on the driver and in
 * each executor.
 *
 * @param positions by file, the positions of its rows, ascending
 * @param bases by file, the number of its first row
 */
record RowNumbers(Map<String, long[]> positions, Map<String, Long> bases) implements Serializable {
  private static final Column[] IDENTITY = {
    Columns.col(Identity.FILE), Columns.col(Identity.POSITION), Columns.col(Identity.HASH)
  };

  /** Positions of one file, from one task. */
  private record Chunk(String file, long[] positions) implements Serializable {}

  /** Adds the column {@link Columns#ROW} to the rows of the source itself. */
  static Dataset<Row> addTo(Dataset<Row> rows, JavaSparkContext spark) {
    if (Arrays.asList(rows.columns()).contains(Columns.ROW)) {
      throw new ConfigException(
          "data.split: \"row\" is a column of the data and also the row's number: rename the column"
              + " or derive another from it in data.columns");
    }
    Dataset<Row> own = rows.filter(Columns.col(Columns.PART).equalTo(0)).select(IDENTITY);
    List<Carried<Chunk>> chunks =
        Failures.explained(() -> Plans.internalRows(own).mapPartitions(RowNumbers::read).collect());
    Broadcast<Carried<RowNumbers>> numbers =
        spark.broadcast(new Carried<>(of(chunks.stream().map(Carried::value).toList())));
    UDF2<String, Long, Long> number =
        (file, position) -> numbers.value().value().number(file, position);
    Column row = functions.udf(number, DataTypes.LongType).apply(IDENTITY[0], IDENTITY[1]);
    return rows.withColumn(Columns.ROW, functions.when(Columns.col(Columns.PART).equalTo(0), row));
  }

  private static Iterator<Carried<Chunk>> read(Iterator<InternalRow> rows) {
    List<Carried<Chunk>> chunks = new ArrayList<>();
    UTF8String file = null;
    long[] positions = new long[1024];
    int count = 0;
    while (rows.hasNext()) {
      InternalRow row = rows.next();
      if (row.getLong(2) != 0) {
        throw new ConfigException(
            "data.split: \"row\" needs a source whose rows have positions (csv, libsvm, json, text,"
                + " parquet, synthetic)");
      }
      if (file == null || !file.equals(row.getUTF8String(0))) {
        if (count > 0) {
          chunks.add(new Carried<>(new Chunk(file.toString(), Arrays.copyOf(positions, count))));
        }
        file = row.getUTF8String(0).clone();
        count = 0;
      }
      if (count == positions.length) {
        positions = Arrays.copyOf(positions, 2 * count);
      }
      positions[count++] = row.getLong(1);
    }
    if (count > 0) {
      chunks.add(new Carried<>(new Chunk(file.toString(), Arrays.copyOf(positions, count))));
    }
    return chunks.iterator();
  }

  private static RowNumbers of(List<Chunk> chunks) {
    Map<String, List<long[]>> byFile = new TreeMap<>();
    for (Chunk chunk : chunks) {
      byFile.computeIfAbsent(chunk.file, f -> new ArrayList<>()).add(chunk.positions);
    }
    Map<String, long[]> positions = new HashMap<>();
    Map<String, Long> bases = new HashMap<>();
    long base = 0;
    for (Map.Entry<String, List<long[]>> file : byFile.entrySet()) {
      long[] all = file.getValue().stream().flatMapToLong(Arrays::stream).toArray();
      Arrays.parallelSort(all);
      positions.put(file.getKey(), all);
      bases.put(file.getKey(), base);
      base += all.length;
    }
    return new RowNumbers(positions, bases);
  }

  private long number(String file, long position) {
    return bases.get(file) + Placement.lowerBound(positions.get(file), position);
  }
}
