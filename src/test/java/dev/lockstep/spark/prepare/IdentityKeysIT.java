package dev.lockstep.spark.prepare;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.spark.LocalSpark;
import dev.lockstep.spark.source.NumberedFiles;
import dev.lockstep.spark.source.Parquet;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
}
