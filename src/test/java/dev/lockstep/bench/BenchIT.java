package dev.lockstep.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lockstep.process.Child;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Every benchmark runs, on next to no data, and writes its figures; what they are is not judged.
 */
final class BenchIT {
  private static final Duration LIMIT = Duration.ofMinutes(5);
  private static final Pattern MAIN = Pattern.compile("main=(\\w+)");

  @TempDir Path folder;

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource({
    "GangBench, --rows 2000 --rounds 1 --steps 20, arithmetic_us_of_gang_step",
    "KernelBench, --only step --iterations 1, 'step 256 x 1000, us, peer sums in any order'",
    "CostBench, --rows 2000 --runs 1, ",
  })
  void aBenchmarkWritesItsFigures(String main, String options, String figure) throws Exception {
    run(main, options, figure);
  }

  /** Those that take longer. */
  @Tag("chaos")
  @ParameterizedTest(name = "{0} {1}")
  @CsvSource({
    "StepBench, --steps 3, gang_step_1000_parameters_ms",
    "ExchangeBench, --master local[2] --parameters 5000 --steps 3, step_of_5000_parameters_bf16_against_float32_ms",
    "EmbeddingBench, --master local[2] --vocabulary 500 --dim 8 --steps 3, step_of_500_x_8_ms",
    "LinearBench, --only dense --rows 2000 --runs 1, cached_dense_2000x100_seconds",
    "SpillBench, --rows 3000 --features 50 --ample 600m --runs 1, step_us_of_1024_rows_from_files",
  })
  void aLargeBenchmarkWritesItsFigures(String main, String options, String figure)
      throws Exception {
    run(main, options, figure);
  }

  private void run(String main, String options, String figure) throws Exception {
    Path json = folder.resolve("figures.json");
    List<String> command =
        JavaCommand.of("1g", Class.forName("dev.lockstep.bench." + main), options.split(" "));
    if (!main.equals("KernelBench")) { // which waits for the SIMD form, and that for C2
      command.addAll(1, List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    }
    command.addAll(List.of("--json", json.toString()));
    Child.Outcome outcome = Child.start(Path.of("."), Map.of(), command).await(LIMIT);
    assertThat(outcome.exitCode()).as(outcome.text()).isZero();
    JsonNode figures = new ObjectMapper().readTree(json.toFile());
    for (JsonNode each : figures) {
      double ours = each.get("ours").asDouble();
      double peer = each.get("peer").asDouble();
      assertThat(ours).as(each.toString()).isPositive().isFinite();
      assertThat(each.get("ratio").asDouble()).as(each.toString()).isEqualTo(ours / peer);
    }
    if (figure != null) {
      assertThat(figures.findValuesAsText("name")).contains(figure);
    } else if (figures.isEmpty()) { // the peers are not everywhere
      assertThat(outcome.text()).contains("is skipped: ", "apt-get install");
    }
  }

  @Test
  void theScriptKnowsAllBenchmarksAndItsUsageNamesThem() throws IOException {
    String script = Files.readString(Path.of("scripts/bench"));
    Set<String> known =
        MAIN.matcher(script)
            .results()
            .map((MatchResult found) -> found.group(1))
            .collect(Collectors.toSet());
    try (Stream<Path> sources = Files.list(Path.of("src/test/java/dev/lockstep/bench"))) {
      assertThat(known)
          .isEqualTo(
              sources
                  .map(path -> path.getFileName().toString())
                  .filter(name -> name.endsWith("Bench.java"))
                  .map(name -> name.replace(".java", ""))
                  .collect(Collectors.toSet()));
    }
    Child.Outcome usage =
        Child.start(Path.of("."), Map.of(), List.of("scripts/bench", "nothing")).await(LIMIT);
    assertThat(usage.exitCode()).isEqualTo(64);
    assertThat(usage.err())
        .filteredOn(line -> line.matches("  [a-z]+ +[^ ].*"))
        .hasSameSizeAs(known);
  }
}
