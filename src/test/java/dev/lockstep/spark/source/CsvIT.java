package dev.lockstep.spark.source;

import static dev.lockstep.spark.source.SourceFixture.csv;
import static dev.lockstep.spark.source.SourceFixture.gzip;
import static dev.lockstep.spark.source.SourceFixture.rows;
import static dev.lockstep.spark.source.SourceFixture.types;
import static dev.lockstep.spark.source.SourceFixture.withSplits;
import static dev.lockstep.spark.source.SourceFixture.write;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CsvIT {
  @TempDir Path folder;

  @Test
  void columnsOfNumbersAreDoublesAndOthersStrings() {
    Path file = write(folder.resolve("a.csv"), "n,s,m\n1,x,\n-2.5e1,3,4\n");
    assertThat(types(csv(file))).containsExactly("n:double", "s:string", "m:double");
    assertThat(rows(csv(file)))
        .containsExactly("[-25.0,3,4.0,a.csv,11,0]", "[1.0,x,null,a.csv,6,0]");
  }

  @Test
  void identityDoesNotDependOnTheSplits() {
    StringBuilder text = new StringBuilder("n,s\r\n");
    for (int i = 0; i < 500; i++) {
      text.append(i).append(",\"v, ").append("é".repeat(i % 7)).append("\"\r\n");
    }
    Path file = write(folder.resolve("a.csv"), text.toString());
    List<String> whole = rows(csv(file));
    assertThat(whole).hasSize(500);
    for (long bytes : new long[] {101, 1021, 4096}) {
      assertThat(withSplits(bytes, () -> rows(csv(file)))).isEqualTo(whole);
    }
    Path zipped = write(folder.resolve("z/a.csv.gz"), gzip(text.toString()));
    assertThat(rows(csv(zipped)).stream().map(row -> row.replace(".gz", "")).toList())
        .isEqualTo(whole);
  }
}
