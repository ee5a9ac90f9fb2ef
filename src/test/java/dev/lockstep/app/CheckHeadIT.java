package dev.lockstep.app;

import static dev.lockstep.app.SmallTable.lockstep;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What only the first rows lack is no fault of a run. */
class CheckHeadIT {
  @TempDir private Path folder;

  private CommandLineRun check(String data, int rows) throws IOException {
    Path runFile =
        Files.writeString(
            folder.resolve("run.conf"),
            """
            data {
              source { format = csv, path = "%s/late.csv", nulls = [""] }
              label = bought
              columns { late = "cast(late as double)", word = "cast(word as string)" }
              %s
            }
            model { kind = logistic }
            optimizer { kind = lbfgs }
            output = "%s/run"
            """
                .formatted(folder, data, folder));
    return lockstep("check", runFile.toString(), "--rows", "" + rows);
  }

  @Test
  void whatOtherRowsMayHaveIsANote() throws IOException {
    StringBuilder csv = new StringBuilder("age,late,word,heavy,bought\n");
    for (int i = 0; i < 400; i++) {
      String more = i < 200 ? ",,0" : i + ",w" + i % 3 + ",1";
      csv.append("%d,%s,%s%n".formatted(20 + i % 50, more, i % 2 == 0 ? "no" : "yes"));
    }
    Files.writeString(folder.resolve("late.csv"), csv);
    String[][] lacks = {
      {"features = [{ columns = late }]", "column late has no value in the training rows"},
      {
        "features = [{ columns = word, missing = most_frequent }]",
        "column word has no value in the training rows"
      },
      {"features = [{ columns = age }], weight = heavy", "the weights of all "},
    };
    for (String[] lack : lacks) {
      CommandLineRun head = check(lack[0], 150);
      assertThat(head.code()).as(head.err()).isZero();
      assertThat(head.out()).contains("note: in the head of the data", lack[1]);
      CommandLineRun all = check(lack[0], 400);
      assertThat(all.code()).as(all.err()).isZero();
      assertThat(all.out()).contains("nothing is wrong with the head of the data");
    }
  }
}
