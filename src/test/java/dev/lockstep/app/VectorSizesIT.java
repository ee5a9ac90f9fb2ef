package dev.lockstep.app;

import static dev.lockstep.app.SmallTable.lockstep;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files of libsvm have as many features as their largest index, unless the run file says more. */
class VectorSizesIT {
  @TempDir private Path folder;

  private String file(String name) {
    return folder.resolve(name).toString();
  }

  private String write(String encode) throws IOException {
    StringBuilder rows = new StringBuilder();
    for (int i = 0; i < 80; i++) {
      rows.append("%d 1:%d 3:0.%d%n".formatted(i % 3 == 0 ? 1 : -1, i % 7, i % 10));
    }
    Files.writeString(folder.resolve("three"), rows);
    Files.writeString(folder.resolve("two"), "1 1:2 2:1\n-1 1:3\n");
    Path conf = folder.resolve("run.conf");
    return Files.writeString(
            conf,
            """
            data {
              source { format = libsvm, path = "%1$s/three" }
              label = label, features = [{ columns = features, encode = %2$s }]
            }
            model { kind = logistic }
            optimizer { kind = lbfgs }
            train { epochs = 2 }
            output = "%1$s/run"
            """
                .formatted(folder, encode))
        .toString();
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "standardize"})
  void aFileOfFewerFeaturesIsToldWhatToSet(String encode) throws IOException {
    String conf = write(encode);
    CommandLineRun trained = lockstep("train", conf);
    assertThat(trained.code()).as(trained.err()).isZero();
    for (String command : List.of("predict", "evaluate")) {
      List<String> words = new ArrayList<>(List.of(command, conf));
      words.addAll(List.of("--set", "data.source.path=" + file("two")));
      if (command.equals("predict")) {
        words.addAll(List.of("--output", file("scores")));
      }
      CommandLineRun refused = lockstep(words.toArray(String[]::new));
      assertThat(refused.code()).as(refused.err()).isEqualTo(65);
      assertThat(refused.last()).contains("two, line ", "data.source.features = 3 of libsvm files");
      words.addAll(List.of("--set", "data.source.features=3"));
      CommandLineRun read = lockstep(words.toArray(String[]::new));
      assertThat(read.code()).as(read.err()).isZero();
    }
  }

  @Test
  void aTestSourceOfFewerFeaturesIsToldWhatToSet() throws IOException {
    String source = "data.test_source={format=libsvm, path=\"" + file("two") + "\"}";
    CommandLineRun refused = lockstep("train", write("standardize"), "--set", source);
    assertThat(refused.code()).as(refused.err()).isEqualTo(65);
    assertThat(refused.last()).contains("data.source.features of libsvm files");
  }
}
