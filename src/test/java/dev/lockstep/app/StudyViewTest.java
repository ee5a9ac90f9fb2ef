package dev.lockstep.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.train.EpochReport;
import dev.lockstep.tune.Event;
import dev.lockstep.tune.space.Configuration;
import dev.lockstep.tune.strategy.FoldReport;
import dev.lockstep.tune.strategy.Status;
import dev.lockstep.tune.strategy.Trial;
import dev.lockstep.tune.strategy.TrialReport;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.logging.log4j.LogManager;
import org.junit.jupiter.api.Test;

class StudyViewTest {
  private static final String FILE =
      """
      data { source { format = synthetic } }
      model { kind = logistic }
      optimizer { kind = adam }
      tune { strategy { kind = random }, trials = 3, folds = 2
        space { "optimizer.learning_rate" = { uniform = [0.1, 0.2] } } }
      """;
  private static final Pattern MOVE = Pattern.compile("\u001b\\[(\\d+)([AK])");

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final SharedTerminal terminal =
      new SharedTerminal(new PrintStream(bytes, true, StandardCharsets.UTF_8));

  private StudyView view(int columns) {
    return view(Optional.of(() -> columns));
  }

  private StudyView view(Optional<IntSupplier> width) {
    RunFileText text = new RunFileText("study.conf", FILE, List.of(), Optional.empty());
    return StudyView.on(StudyFile.read(text).plan(), terminal, width);
  }

  private static Event wave(int trial) {
    Configuration one = new Configuration(Map.of("optimizer.learning_rate", 0.1 + trial / 100.0));
    return new Event.WaveProposed(List.of(new Trial(trial, trial, 0, false, one)), 1, 0);
  }

  @Test
  void theTableIsDrawnInItsPlace() {
    try (StudyView view = view(60)) {
      view.take(wave(0));
      view.take(wave(1));
      view.take(wave(2));
    }
    assertThat(screen()).hasSize(5);
    assertThat(screen().get(0)).startsWith("trial  status");
    assertThat(screen().get(3)).contains("2  running");
    assertThat(screen()).allMatch(line -> line.length() <= 60);
  }

  @Test
  void aTextOfAConfigurationMovesNoCursor() {
    Configuration one = new Configuration(Map.of("model.kind", "a\u001b[2J\nb"));
    try (StudyView view = view(Optional.of(() -> 200))) {
      view.take(new Event.WaveProposed(List.of(new Trial(0, 0, 0, false, one)), 1, 0));
    }
    assertThat(bytes.toString(StandardCharsets.UTF_8))
        .contains("model.kind = a\\u001b[2J\\nb")
        .doesNotContain("\u001b[2J");
  }

  @Test
  void aTrialThatTrainsShowsItsEpochsItsValueAndTheTimeLeft() {
    RunFile run =
        StudyFile.read(new RunFileText("study.conf", FILE, List.of(), Optional.empty())).run();
    try (StudyView view = view(100)) {
      view.take(wave(0));
      for (int fold = 0; fold < 2; fold++) {
        TrialSeat seat = new TrialSeat(new TrialSeat.Id(0, fold), 0, run, "loss");
        view.onEpoch(
            seat, new EpochReport(fold, 4, 40, 1, 0, 1, Map.of(), 1, Map.of("loss", 0.5 + fold)));
        view.onEpoch(seat, new EpochReport(fold, 5, 50, 1, 0, 1, Map.of(), 1, Map.of()));
      }
    }
    assertThat(screen().get(1)).contains("0  running        5  1.00000 +- 0.70711");
    assertThat(screen().get(2)).startsWith("0 of 3 trials, about ").contains(" left, epoch 5");
  }

  @Test
  void aTrialThatDivergedSaysWhyAndNoScore() {
    Event.TrialEnded end =
        new Event.TrialEnded(
            new TrialReport(
                0,
                Status.DIVERGED,
                Optional.of("step 7: loss NaN is not finite"),
                List.of(
                    new FoldReport(1, 0.7, 0.7, 1), new FoldReport(0, Double.NaN, Double.NaN, 0)),
                1),
            1);
    try (StudyView lines = view(Optional.empty())) {
      lines.take(wave(0));
      lines.take(end);
    }
    assertThat(bytes.toString(StandardCharsets.UTF_8))
        .startsWith("trial 0: diverged (step 7: loss NaN is not finite), optimizer.learning_rate");
    bytes.reset();
    try (StudyView table = view(100)) {
      table.take(wave(0));
      table.take(end);
    }
    assertThat(screen().get(1)).containsPattern("0  diverged +1 +optimizer.learning_rate = 0.1");
  }

  @Test
  void whatOthersSayStaysAndTheTableGoesBelow() {
    try (StudyView view = view(60)) {
      view.take(wave(0));
      terminal.beside().println("engine: gang");
      view.take(wave(1));
      view.take(wave(2));
    }
    assertThat(screen()).hasSize(3 + 1 + 5);
    assertThat(screen().get(3)).isEqualTo("engine: gang");
    assertThat(screen().get(4)).startsWith("trial  status");
  }

  @Test
  void aWarningInTheLogMovesTheTable() {
    try (StudyView view = view(60)) {
      view.take(wave(0));
      LogManager.getLogger("org.other").error("a line of the log, meant for this test");
      view.take(wave(1));
    }
    assertThat(screen()).hasSize(3 + 4); // the line itself goes to the error stream
  }

  /** The lines that a terminal shows of what was written. */
  private List<String> screen() {
    List<String> lines = new ArrayList<>();
    int row = 0;
    for (String line : bytes.toString(StandardCharsets.UTF_8).split("\n")) {
      Matcher move = MOVE.matcher(line);
      while (move.find()) {
        row -= move.group(2).equals("A") ? Integer.parseInt(move.group(1)) : 0;
      }
      if (row == lines.size()) {
        lines.add("");
      }
      lines.set(row, MOVE.matcher(line).replaceAll(""));
      row++;
    }
    return lines;
  }
}
