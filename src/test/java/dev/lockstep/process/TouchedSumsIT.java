package dev.lockstep.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.data.BatchOrder.Ranks;
import dev.lockstep.math.RandomKey;
import dev.lockstep.model.Parameters;
import dev.lockstep.train.Cluster;
import dev.lockstep.train.RowOrder;
import dev.lockstep.train.Step;
import dev.lockstep.train.TableModel;
import dev.lockstep.train.metric.MetricSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sums of which few blocks travel between processes, of which one is killed in the middle. */
final class TouchedSumsIT {
  private static final int ENTRIES = 20_000;
  private static final int DIM = 20;
  private static final int STEPS = 9;
  private static final int BATCH = 64;

  @TempDir static Path base;

  /** The bits of the sums of all steps. */
  private static List<int[]> sums(Cluster cluster, Runnable atHalf) {
    int size = ENTRIES * DIM + 1;
    List<int[]> found = new ArrayList<>();
    for (int number = 0; number < STEPS; number++) {
      if (number == STEPS / 2) {
        atHalf.run();
      }
      Ranks ranks = new Ranks((long) number * BATCH, (long) (number + 1) * BATCH);
      Step step = new Step(number, 0, ranks, false, RowOrder.RANKED, RandomKey.of(number));
      float[] values = cluster.gradient(new Parameters(1, size, new float[size]), step).values();
      int[] bits = new int[size];
      for (int i = 0; i < size; i++) {
        bits[i] = Float.floatToRawIntBits(values[i]);
      }
      found.add(bits);
    }
    return found;
  }

  @Test
  void theyHaveTheBitsOfWholeSumsThroughAKill() {
    String classes = Launcher.HOME.resolve("target/test-classes") + ":" + Launcher.JAR;
    TableModel touched = new TableModel(ENTRIES, DIM, false);
    TableModel whole = new TableModel(ENTRIES, DIM, true);
    MetricSettings metrics = MetricSettings.DEFAULTS;
    try (GangGround ground = GangGround.start(base, 1, 7, Thrift.executorsWith(classes))) {
      List<int[]> wanted;
      try (Cluster job = ground.data().cluster(whole, metrics)) {
        wanted = sums(job, () -> {});
      }
      try (Cluster job = ground.data().cluster(touched, metrics)) {
        same(sums(job, () -> ground.cluster().killExecutors(1)), wanted);
      }
      ground.awaitExecutors(GangGround.WORKERS);
      try (Cluster gang = ground.data().gang(touched, metrics)) {
        same(sums(gang, () -> ground.cluster().killExecutors(2)), wanted);
      }
    }
  }

  private static void same(List<int[]> found, List<int[]> wanted) {
    for (int step = 0; step < STEPS; step++) {
      assertThat(found.get(step)).as("step " + step).isEqualTo(wanted.get(step));
    }
  }
}
