package dev.lockstep.bench;

import dev.lockstep.glm.Logistic;
import dev.lockstep.spark.run.LockstepSession;
import dev.lockstep.spark.run.ShardedData;
import dev.lockstep.spark.source.Synthetic;
import dev.lockstep.train.Cluster;
import dev.lockstep.train.metric.MetricSettings;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/**
 * One of the processes of {@link SpillBench}: loads rows, says what its blocks take, and trains on
 * request. A request is a batch size and a number of steps; the answer is the median of a step in
 * microseconds, a hash of the parameters, and the bytes that storage was read for, -1 if the system
 * does not tell.
 */
final class SpillSide {
  private static final int SHARDS = 16;
  private static final Path COUNTS = Path.of("/proc/self/io");
  private static final String READ = "read_bytes: ";

  private SpillSide() {}

  /** Serves requests of standard input: {@code SpillSide ROWS FEATURES}. */
  public static void main(String[] args) throws IOException {
    int rows = Integer.parseInt(args[0]);
    int features = Integer.parseInt(args[1]);
    Synthetic source =
        new Synthetic(Synthetic.Task.BINARY, rows, features, 1.0, 2, 0.5, 1, 0, false);
    try (LockstepSession session = LockstepSession.start("spill bench", Optional.of("local[2]"));
        ShardedData data = OurFit.load(session, source, SHARDS);
        Cluster gang = data.gang(Logistic.DEFAULTS, MetricSettings.DEFAULTS)) {
      System.out.println(data.summary().describe());
      BufferedReader requests =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
      for (String line = requests.readLine(); line != null; line = requests.readLine()) {
        String[] request = line.split(" ");
        long before = storageBytes();
        TimedSteps steps =
            TimedSteps.of(gang, Integer.parseInt(request[0]), Integer.parseInt(request[1]));
        System.out.printf(
            "%s %d %d%n",
            steps.medianMicros(), Arrays.hashCode(steps.params()), storageBytes() - before);
      }
    }
  }

  private static long storageBytes() throws IOException {
    if (!Files.isReadable(COUNTS)) {
      return 0;
    }
    return Files.readAllLines(COUNTS).stream()
        .filter(line -> line.startsWith(READ))
        .mapToLong(line -> Long.parseLong(line.substring(READ.length())))
        .findAny()
        .orElse(0);
  }
}
