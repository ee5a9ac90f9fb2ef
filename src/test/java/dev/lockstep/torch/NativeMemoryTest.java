package dev.lockstep.torch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.process.Child;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Native memory and the end of the process, in JVMs whose heap is all there from the start; longer
 * in NativeMemoryIT.
 */
class NativeMemoryTest {
  private static final Duration LIMIT = Duration.ofMinutes(10);

  /** Code that the JVM compiles late; a tensor left behind in each pass would be 100 times that. */
  private static final long NOISE_BYTES = 24L << 20;

  @TempDir private Path folder;

  private static Child.Outcome run(
      Path folder, int passes, boolean closes, NetworkPasses.Kind kind) {
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--add-modules=jdk.incubator.vector",
            "-Xms128m",
            "-Xmx128m",
            "-XX:+AlwaysPreTouch",
            "-cp",
            System.getProperty("java.class.path"),
            NetworkPasses.class.getName(),
            String.valueOf(passes),
            String.valueOf(closes),
            kind.name());
    // As scripts/lockstep sets it.
    Map<String, String> env = Map.of("ONEDNN_PRIMITIVE_CACHE_CAPACITY", "32");
    try (Child child = Child.start(folder, env, command)) {
      return child.await(LIMIT);
    }
  }

  private static long number(Child.Outcome outcome, String when, int place) {
    String line =
        outcome.out().stream().filter(one -> one.startsWith(when)).findFirst().orElseThrow();
    return Long.parseLong(line.split(" ")[place]);
  }

  @ParameterizedTest
  @EnumSource
  void passesWithBatchesOfVariedSizesAndLengthsLeaveNothingBehind(NetworkPasses.Kind kind) {
    check(folder, 1_600, kind);
  }

  /** Trains as many passes, and requires that the second half of them takes no memory. */
  static void check(Path folder, int passes, NetworkPasses.Kind kind) {
    Child.Outcome outcome = run(folder, passes, true, kind);
    System.out.println(kind + ": " + outcome.out() + " in " + outcome.took());
    assertThat(outcome.exitCode()).as(outcome.text()).isZero();
    assertThat(number(outcome, "end", 2)).isEqualTo(number(outcome, "begin", 2));
    assertThat(number(outcome, "end", 1) - number(outcome, "begin", 1)).isLessThan(NOISE_BYTES);
    assertThat(number(outcome, "closed", 2)).isLessThan(number(outcome, "end", 2));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aProcessThatUsedNetworksEndsCleanly(boolean closes) {
    Child.Outcome outcome = run(folder, 3, closes, NetworkPasses.Kind.CNN);
    assertThat(outcome.exitCode()).as(outcome.text()).isZero();
    assertThat(outcome.err()).allMatch(line -> line.startsWith("WARNING: Using incubator"));
    assertThat(folder).isEmptyDirectory();
  }
}
