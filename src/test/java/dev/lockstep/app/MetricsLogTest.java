package dev.lockstep.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.train.StepReport;
import dev.lockstep.train.TrainingListener;
import dev.lockstep.train.store.OwnedRun;
import dev.lockstep.train.store.RunDescription;
import dev.lockstep.train.store.RunDirectory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetricsLogTest {
  private static final long INTERVAL = 30_000_000;

  @TempDir private Path folder;

  /** The steps that have a line, of a run that is stopped, and resumed, after some of them. */
  private List<Long> logged(String name, long interval, long steps, long... stops) {
    RunDirectory directory = RunDirectory.at(folder.resolve(name).toString(), new Configuration());
    try (OwnedRun run = directory.claim()) {
      run.begin(RunDescription.of(Map.of("seed", 1), 1, Map.of(), List.of()), 1);
      run.resume();
      MetricsLog log = null;
      for (long step = 1; step <= steps; step++) {
        if (log == null) {
          log = new MetricsLog(run, one -> (one - 1) % interval + 1, new TrainingListener() {});
        }
        log.onStep(new StepReport(0, step, step, steps, 1, 10, 0.5, 0.1, 0.01));
        long taken = step;
        if (step % interval == 0 || LongStream.of(stops).anyMatch(stop -> stop == taken)) {
          run.save(step, List.of(), Results.object());
          log = null;
        }
      }
      run.flushMetrics();
    }
    List<Long> logged = new ArrayList<>();
    directory.metrics(line -> logged.add(line.path("step").asLong()));
    return logged;
  }

  @Test
  void intervalsOfUsualSizeKeepEveryTenthStep() {
    assertThat(logged("usual", 100_000, 250_000)).containsExactlyElementsOf(everyTenth(250_000));
    assertThat(logged("odd", 7, 100)).containsExactlyElementsOf(everyTenth(100));
  }

  private static List<Long> everyTenth(long steps) {
    return LongStream.rangeClosed(1, steps / 10).mapToObj(i -> 10 * i).toList();
  }

  @Test
  void theLinesOfALongIntervalGrowWithItsLogarithm() {
    List<Long> logged = logged("long", INTERVAL, INTERVAL);
    assertThat(logged).hasSizeLessThan(60_000).isSorted();
    assertThat(logged.subList(0, 10_000)).containsExactlyElementsOf(everyTenth(100_000));
    assertThat(logged.get(10_000)).isEqualTo(100_020);
    assertThat(logged.get(logged.size() - 1)).isGreaterThan(INTERVAL - 10_000);
  }

  @Test
  void aRunThatWasStoppedWithinAnIntervalHasTheSameLines() {
    assertThat(logged("stopped", 700_000, 1_000_000, 150_003, 420_000))
        .containsExactlyElementsOf(logged("undisturbed", 700_000, 1_000_000));
  }
}
