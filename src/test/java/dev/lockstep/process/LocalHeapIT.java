package dev.lockstep.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.app.Failure;
import dev.lockstep.bench.AdamFit;
import dev.lockstep.bench.OurFit;
import dev.lockstep.process.FaultyModel.Fault;
import dev.lockstep.spark.run.LockstepSession;
import dev.lockstep.spark.run.ShardedData;
import dev.lockstep.spark.source.Synthetic;
import dev.lockstep.train.Cluster;
import dev.lockstep.train.metric.MetricSettings;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Processes of local mode whose tasks exhaust the heap, which is the driver's too. */
final class LocalHeapIT {
  private static final Duration LIMIT = Duration.ofMinutes(3);

  @TempDir Path faults;

  @ParameterizedTest
  @ValueSource(strings = {"gang", "job"})
  void aTaskThatExhaustsTheHeapIsTheClustersFailureAndToldWhatToDo(String engine) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(List.of("-Xmx600m", "-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(TrainMain.class.getName(), engine, faults.toString()));
    try (Child child = Child.start(Launcher.HOME, Map.of(), command)) {
      Child.Outcome outcome = child.await(LIMIT);
      assertThat(outcome.exitCode()).as(outcome.text()).isEqualTo(75);
      assertThat(outcome.out())
          .as(outcome.text())
          .last()
          .asString()
          .contains("ran out of memory")
          .contains("--driver-memory", "LOCKSTEP_DRIVER_MEMORY", "run the same command again");
    }
  }

  /** A training whose workers exhaust the heap each time; ends as the command line would. */
  static final class TrainMain {
    private TrainMain() {}

    /** Of an engine, with a folder that counts faults. */
    public static void main(String[] args) {
      System.setProperty("spark.ui.enabled", "false");
      System.setProperty("spark.sql.shuffle.partitions", "2");
      FaultyModel model = new FaultyModel(Fault.EXHAUST, 100, args[1]);
      Synthetic rows = new Synthetic(Synthetic.Task.BINARY, 2000, 10, 1.0, 2, 0.5, 1, 0, false);
      Failure failure;
      try (LockstepSession session = LockstepSession.start("heap", Optional.of("local[2]"));
          ShardedData data = OurFit.load(session, rows, 4);
          Cluster cluster =
              args[0].equals("gang")
                  ? data.gang(model, MetricSettings.DEFAULTS)
                  : data.cluster(model, MetricSettings.DEFAULTS)) {
        new AdamFit(20).train(cluster, step -> {});
        throw new AssertionError("no worker failed");
      } catch (RuntimeException e) {
        failure = Failure.of(e);
      }
      System.out.println(failure.sentence());
      System.exit(failure.code().code());
    }
  }
}
