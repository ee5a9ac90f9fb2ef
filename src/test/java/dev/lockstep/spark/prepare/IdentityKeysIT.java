package dev.lockstep.spark.prepare;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.spark.LocalSpark;
import dev.lockstep.spark.source.NumberedFiles;
import dev.lockstep.spark.source.Parquet;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdentityKeysIT {
  @TempDir private Path folder;

  @Test
  void keysFromFootersAreThoseOfRowsThatAreRead() {
    SparkSession session = LocalSpark.session();
    String path = folder.resolve("it's 100% p").toString();
    session
        .range(0, 1021, 1, 3)
        .selectExpr("id as label", "'ü' || id % 2 as `b c`")
        .write()
        .partitionBy("b c")
        .parquet(path);
    DataConfig data = DataConfig.of(new Parquet(path));
    Inputs inputs = new Inputs(session, data, List.of(), Long.MAX_VALUE);
    Dataset<Row> rows = inputs.open(3);
    NumberedFiles files = inputs.numbered().orElseThrow();
    Dataset<Row> keys = rows.select(Inputs.identityKey().as("key"));
    long[] read = keys.collectAsList().stream().mapToLong(row -> row.getLong(0)).sorted().toArray();
    RowKeys known = RowKeys.of(files);
    assertThat(files.count()).isEqualTo(1021);
    assertThat(Arrays.stream(known.ranks()).sorted().toArray()).isEqualTo(read);
    assertThat(known.straddles()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "id % 3",
        "cast(id % 5 / 2.0 as float) - 1",
        "if(id % 7 = 0, null, 'k' || id % 3)",
        "if(id % 9 = 0, double('NaN'), id % 4 * -1d)"
      })
  void scannedClassesAreThoseOfRowsThatAreRead(String label) {
    SparkSession session = LocalSpark.session();
    String path = folder.resolve("rows").toString();
    session
        .range(0, 1021, 1, 3)
        .selectExpr(label + " as label", "id as x", "id % 2 as part")
        .write()
        .partitionBy("part")
        .parquet(path);
    DataConfig data = DataConfig.of(new Parquet(path));
    Inputs inputs = new Inputs(session, data, List.of(), Long.MAX_VALUE);
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(session.sparkContext());
    Dataset<Row> rows = KeyColumns.addTo(inputs.open(3), data, true, spark);
    Column[] keys = KeyColumns.KEYS.stream().map(Columns::col).toArray(Column[]::new);
    RowKeys read = RowKeys.collect(rows.select(keys));
    NumberedFiles files = inputs.numbered().orElseThrow();
    RowKeys scanned =
        ClassScan.keys(files, "label", rows.schema().apply("label").dataType()).orElseThrow();
    assertThat(scanned.ranks()).isEqualTo(RowKeys.of(files).ranks());
    assertThat(strata(scanned)).isEqualTo(strata(read)).hasSize(1021);
  }

  private static Map<Long, String> strata(RowKeys keys) {
    Map<Long, String> strata = new HashMap<>();
    for (int i = 0; i < keys.size(); i++) {
      strata.put(keys.splits()[i], keys.names().get(keys.strata()[i]));
    }
    return strata;
  }
}
