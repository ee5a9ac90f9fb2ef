package dev.lockstep.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.train.metric.Metrics;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The nightly DAG knows which way each metric is better; it needs no python to be asked. */
final class AirflowMetricsTest {
  private static final Pattern SET = Pattern.compile("(?m)^LOWER_IS_BETTER = \\{(.*)}");

  @Test
  void theDagTakesTheSameMetricsForBetterWhereLower() throws IOException {
    String dag = Files.readString(Launcher.HOME.resolve("scripts/airflow/lockstep_nightly.py"));
    Matcher found = SET.matcher(dag);
    assertThat(found.find()).isTrue();
    Set<String> lower = new TreeSet<>();
    for (String name : found.group(1).split(", ")) {
      lower.add(name.replace("\"", ""));
    }
    assertThat(lower)
        .isEqualTo(
            Metrics.higherIsBetter().entrySet().stream()
                .filter(metric -> !metric.getValue())
                .map(Map.Entry::getKey)
                .collect(Collectors.toCollection(TreeSet::new)));
  }
}
