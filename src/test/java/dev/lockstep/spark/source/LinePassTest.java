package dev.lockstep.spark.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.data.DataException;
import dev.lockstep.spark.source.Source.InputFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LinePassTest {
  @TempDir Path folder;

  @Test
  void filesBehindTheFirstRowsAreNotOpened() throws IOException {
    Path first = Files.writeString(folder.resolve("a.txt"), "one\ntwo\n");
    long modified = Files.getLastModifiedTime(first).toMillis();
    LineSplit there =
        LineSplit.whole(new ListedFile(new InputFile("a.txt", 8, modified), "file:" + first));
    LineSplit gone =
        LineSplit.whole(
            new ListedFile(new InputFile("b.txt", 8, 0), "file:" + folder.resolve("b.txt")));
    List<LineSplit> splits = List.of(there, gone);
    assertThat(survey(splits, 2).rows()).isEqualTo(2);
    assertThatThrownBy(() -> survey(splits, 3)).isInstanceOf(DataException.class);
  }

  private static LineCounts survey(List<LineSplit> splits, long mostRows) {
    LineLimits limits = LineLimits.lines(Lines.MAX_LINE_BYTES);
    return LinePass.survey(new Configuration(), splits, limits, mostRows, new TextSurvey());
  }
}
