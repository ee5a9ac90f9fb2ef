package dev.lockstep.app;

import static dev.lockstep.app.SmallTable.lockstep;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Rows that cannot be used, or are too many, told in one sentence with their line. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RefusedRowsIT {
  @TempDir private static Path folder;

  private Path runFile;

  @BeforeAll
  void write() throws IOException {
    runFile = SmallTable.write(folder);
  }

  private static String file(String name) {
    return folder.resolve(name).toString();
  }

  @Test
  void rowsWhoseKeysDoNotFitAreRefusedWithTheSumBeforeTheyAreCollected() {
    System.setProperty("spark.driver.maxResultSize", "1m");
    try {
      String[] synthetic = {
        "--set",
        "data.source={format=synthetic,rows=100000}",
        "--set",
        "output=" + file("big"),
        "--set",
        "data.label=label",
        "--set",
        "data.columns={}",
        "--set",
        "data.ignore=[]"
      };
      List<String> words = new ArrayList<>(List.of("train", runFile.toString()));
      words.addAll(List.of(synthetic));
      CommandLineRun refused = lockstep(words.toArray(String[]::new));
      assertThat(refused.code()).as(refused.err()).isEqualTo(78);
      assertThat(refused.last())
          .contains("the keys of 100,000 rows need 2.0 MiB", "raise spark.driver.maxResultSize");
      words.addAll(List.of("--set", "data.sample=0.1", "--set", "train.epochs=1"));
      CommandLineRun sampled = lockstep(words.toArray(String[]::new));
      assertThat(sampled.code()).as(sampled.err()).isZero();
    } finally {
      System.clearProperty("spark.driver.maxResultSize");
    }
  }

  @Test
  void aFeatureThatOverflowsInItsEncodingIsToldWithItsLine() throws IOException {
    StringBuilder csv = new StringBuilder("x,y\n");
    for (int i = 0; i < 40; i++) {
      csv.append(i == 20 ? "1e30" : i % 5 + "e-20").append(',').append(i % 3).append('\n');
    }
    Files.writeString(folder.resolve("steep.csv"), csv.toString());
    Path conf = folder.resolve("steep.conf");
    Files.writeString(
        conf,
        """
        data {
          source { format = csv, path = "%1$s/steep.csv" }
          label = y, split { validation = "x > 1", test = 0 }
        }
        model { kind = linear }
        optimizer { kind = lbfgs }
        output = "%1$s/steep"
        """
            .formatted(folder));
    CommandLineRun run = lockstep("train", conf.toString());
    assertThat(run.code()).as(run.err()).isEqualTo(65);
    assertThat(run.last()).contains("steep.csv, line 22: feature x", "finite float32");
  }

  @Test
  void labelsWeightsAndOffsetsThatCannotBeUsedAreToldWithTheirLine() throws IOException {
    StringBuilder good = new StringBuilder("x,w,o,y\n");
    for (int i = 0; i < 60; i++) {
      good.append("%d,1,0.%d,%d%n".formatted(i % 7, i % 10, i % 3));
    }
    Files.writeString(folder.resolve("counts.csv"), good.toString());
    Path conf = folder.resolve("counts.conf");
    Files.writeString(
        conf,
        """
        data {
          source { format = csv, path = "%1$s/counts.csv" }
          label = y, weight = w, offset = o, features = [{ columns = x }]
        }
        model { kind = poisson }
        optimizer { kind = lbfgs }
        train { epochs = 2 }
        output = "%1$s/counts"
        """
            .formatted(folder));
    assertThat(lockstep("train", conf.toString()).code()).isZero();
    for (String[] wrong :
        new String[][] {
          {"evaluate", "1,1,0.5,\n", "the label y is missing"},
          {"evaluate", "1,1,0.5,-2\n", "the label y is -2.0; it must be a finite number from 0"},
          {"evaluate", "1,1,0.5,1e300\n", "the label y is 1.0E300"},
          {"evaluate", "1,,0.5,1\n", "the weight w is missing"},
          {"evaluate", "1,-1,0.5,1\n", "the weight w is -1.0"},
          {"predict", "1,1,,1\n", "the offset o is missing"},
          {"predict", "1,1,-1e300,1\n", "the offset o is -1.0E300"},
        }) {
      Files.writeString(folder.resolve("bad.csv"), good + wrong[1]);
      List<String> words =
          new ArrayList<>(
              List.of(wrong[0], conf.toString(), "--set", "data.source.path=" + file("bad.csv")));
      if (wrong[0].equals("predict")) {
        words.addAll(List.of("--output", file("scores")));
      }
      CommandLineRun run = lockstep(words.toArray(String[]::new));
      assertThat(run.code()).as(run.err()).isEqualTo(65);
      assertThat(run.last()).contains("bad.csv, line 62: " + wrong[2]);
      assertThat(run.err()).doesNotContain("\tat ");
    }
  }
}
