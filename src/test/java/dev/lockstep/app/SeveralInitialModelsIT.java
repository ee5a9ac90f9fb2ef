package dev.lockstep.app;

import static dev.lockstep.app.SmallTable.lockstep;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Studies whose trials start from several models, and none from that of the run file. */
class SeveralInitialModelsIT {
  @TempDir private Path folder;

  private CommandLineRun run(String command, String output, String... settings) {
    List<String> words = new ArrayList<>(List.of(command, "" + folder.resolve("run.conf")));
    List<String> all =
        new ArrayList<>(
            List.of(
                "optimizer={kind=adam,learning_rate=0.05}",
                "train={epochs=1,batch_size=100}",
                "output=" + folder.resolve(output)));
    all.addAll(List.of(settings));
    all.forEach(setting -> words.addAll(List.of("--set", setting)));
    return lockstep(words.toArray(String[]::new));
  }

  private static void done(CommandLineRun run) {
    assertThat(run.code()).as(run.text()).isZero();
  }

  @Test
  void noOtherModelIsAskedForAndTheStudyGoesOnWithItsCopiesOnly() throws IOException {
    SmallTable.write(folder);
    done(run("train", "a", "seed=1"));
    done(run("train", "b", "seed=2"));
    String[] study = {
      "init=" + folder.resolve("nowhere/model"),
      "tune={strategy={kind=grid},metric=log_loss,folds=1,space={init=[\"%s\",\"%s\"]}}"
          .formatted(folder.resolve("a/model"), folder.resolve("b/model"))
    };
    done(run("check", "study", study));
    done(run("tune", "study", study));

    cut("study/model", "study/result.json", "a", "b");
    try (Stream<Path> events = Files.list(folder.resolve("study/study/journal"))) {
      for (Path event : events.sorted().skip(2).toList()) {
        Files.delete(event);
      }
    }
    done(run("tune", "study", study));

    // As an earlier build has left it, which made no copies of what trials start from.
    cut("study/model", "study/result.json", "study/init");
    done(run("train", "a", "seed=1"));
    done(run("train", "b", "seed=2"));
    CommandLineRun later = run("tune", "study", study);
    assertThat(later.code()).as(later.text()).isEqualTo(76);
    assertThat(later.last())
        .contains(
            "/init/", ": is missing, though the run has begun", "give another output or --run-id");
  }

  private void cut(String... trees) throws IOException {
    for (String tree : trees) {
      try (Stream<Path> all = Files.walk(folder.resolve(tree))) {
        for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
  }
}
