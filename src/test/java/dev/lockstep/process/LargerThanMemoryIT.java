package dev.lockstep.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Data that do not fit into the heap train from files, with the bits of a heap that is ample. */
final class LargerThanMemoryIT {
  private static final String TEXT =
      """
      seed = 3
      data {
        source { format = synthetic, task = regression, rows = %d, features = 256 }
        features = [{ columns = [features], encode = none }]
        shards = 16
      }
      model { kind = linear }
      optimizer { kind = sgd, learning_rate = 0.01 }
      train { batch_size = 1024, epochs = 1 }
      """;
  private static final Pattern BLOCKS =
      Pattern.compile("([0-9.]+) MiB on the heap, ([0-9.]+) MiB in files");

  @TempDir Path folder;

  @Test
  void blocksBeyondTheHeapAreReadFromFilesWithTheSameBits() {
    train(160_000, "500m", "2g", 0.3);
  }

  @Test
  @Tag("chaos")
  void dataTwiceTheHeapTrainWithTheSameBits() {
    train(1_200_000, "640m", "3g", 0.8);
  }

  private void train(long rows, String small, String ample, double shareInFiles) {
    String text = TEXT.formatted(rows);
    Run tight = Run.in(folder.resolve("tight"), text);
    Run roomy = Run.in(folder.resolve("roomy"), text);
    assertThat(shareInFiles(heap(tight, small))).isGreaterThan(shareInFiles);
    assertThat(shareInFiles(heap(roomy, ample))).isLessThan(shareInFiles);
    assertThat(tight.sha()).isEqualTo(roomy.sha());
  }

  private static Child.Outcome heap(Run run, String size) {
    Map<String, String> env = Map.of("LOCKSTEP_DRIVER_MEMORY", size);
    String[] command = run.command("local[2]").toArray(String[]::new);
    Child.Outcome outcome = Launcher.lockstep(run.folder(), env, command).await(Run.LIMIT);
    assertThat(outcome.exitCode()).as(outcome.text()).isZero();
    return outcome;
  }

  private static double shareInFiles(Child.Outcome outcome) {
    Matcher matcher = BLOCKS.matcher(outcome.text());
    assertThat(matcher.find()).as(outcome.text()).isTrue();
    double heap = Double.parseDouble(matcher.group(1));
    double files = Double.parseDouble(matcher.group(2));
    System.out.printf("blocks: %.1f MiB on the heap, %.1f MiB in files%n", heap, files);
    return files / (heap + files);
  }
}
