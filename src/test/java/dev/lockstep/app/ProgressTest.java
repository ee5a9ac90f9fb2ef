package dev.lockstep.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.train.EpochReport;
import dev.lockstep.train.StepReport;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProgressTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);

  private static StepReport step(long number) {
    return new StepReport(0, number, number, 10, 1, 64, 0.25, 1.5, 0.1);
  }

  @Test
  void stepsAreSilentWhereThereIsNoTerminal() {
    try (Progress progress = new EpochLines(out)) {
      progress.onStep(step(1));
    }
    assertThat(bytes.toString(StandardCharsets.UTF_8)).isEmpty();
  }

  @Test
  void theBarTellsEpochLossAndHowFarItIs() {
    try (Progress progress = new ProgressBarView(out)) {
      for (long number = 1; number <= 10; number++) {
        progress.onStep(step(number));
      }
    }
    assertThat(bytes.toString(StandardCharsets.UTF_8))
        .contains("training", "10/10", "epoch 1", "loss 0.25000");
  }

  @Test
  void theBarOfASolverCountsItsIterationsNotItsRounds() {
    try (Progress progress = new ProgressBarView(out)) {
      for (long round = 1; round <= 25; round++) {
        progress.onStep(new StepReport(0, round, round / 5, 10, 1, 64, 0.25, 1.5, 0));
      }
    }
    assertThat(bytes.toString(StandardCharsets.UTF_8)).contains("5/10").doesNotContain("25/");
  }

  @Test
  void numbersThatJsonCannotHoldAreNullInTheMetrics() {
    Map<String, Double> validation = Map.of("auc", Double.NaN);
    String epoch =
        MetricsLog.line(
                new EpochReport(
                    0,
                    1,
                    5,
                    Double.POSITIVE_INFINITY,
                    0.25,
                    Double.NaN,
                    Map.of("first", Double.NaN),
                    0.5,
                    validation))
            .toString();
    assertThat(epoch)
        .contains("\"loss\":null", "\"gradient_norm\":null", "\"auc\":null")
        .contains("\"gradient_norms\":{\"first\":null}")
        .contains("\"learning_rate\":0.5", "\"penalty\":0.25")
        .doesNotContain("NaN", "Infinity");
    String step =
        MetricsLog.line(new StepReport(0, 10, 10, 20, 1, 64, Double.NaN, Double.NaN, 0.5))
            .toString();
    assertThat(step).contains("\"loss\":null").doesNotContain("NaN");
  }

  @Test
  void numbersKeepFiveDigitsThatCount() {
    assertThat(Progress.number(0.123456)).isEqualTo("0.12346");
    assertThat(Progress.number(1.5e-7)).isEqualTo("1.5000e-07");
    assertThat(Progress.number(0)).isEqualTo("0.00000");
    assertThat(Progress.number(Double.NaN)).isEqualTo("NaN");
  }

  @Test
  void theLogConfigurationInTheJarIsThatOfConf() throws IOException {
    try (InputStream jar = Logging.class.getResourceAsStream("log4j2.properties")) {
      assertThat(jar).isNotNull();
      assertThat(jar.readAllBytes())
          .isEqualTo(Files.readAllBytes(Path.of("conf/log4j2.properties")));
    }
    assertThat(Files.readString(Path.of("conf/log4j2.properties"))).contains("SYSTEM_ERR");
  }
}
