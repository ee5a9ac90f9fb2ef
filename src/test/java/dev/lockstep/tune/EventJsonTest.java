package dev.lockstep.tune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.tune.space.Configuration;
import dev.lockstep.tune.strategy.FoldReport;
import dev.lockstep.tune.strategy.Status;
import dev.lockstep.tune.strategy.Trial;
import dev.lockstep.tune.strategy.TrialReport;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventJsonTest {
  private static TrialReport report(Status status) {
    return new TrialReport(
        3,
        status,
        status.broken() ? Optional.of("the loss was \"NaN\"") : Optional.empty(),
        List.of(
            new FoldReport(7, 0.1 + 0.2, 1e-300, 5),
            new FoldReport(7, Double.NaN, Double.POSITIVE_INFINITY, 0)),
        12.5);
  }

  static Stream<Event> events() {
    Configuration configuration =
        new Configuration(
            Map.of(
                "optimizer",
                Map.of("kind", "sgd", "momentum", 1.0),
                "train.batch_size",
                "full",
                "model.hidden",
                List.of(64, 32),
                "big",
                Long.MAX_VALUE,
                "small",
                1e-7));
    Stream<Event> some =
        Stream.of(
            new Event.StudyStarted(
                new TreeMap<>(Map.of("seed", 7, "space", Map.of("a", List.of(1, 0.5, "x")))), 0),
            new Event.WaveProposed(
                List.of(
                    new Trial(0, 0, 2, true, configuration),
                    new Trial(1, 0, 2, false, Configuration.EMPTY)),
                Long.MIN_VALUE,
                1e-9),
            new Event.MarkReached(
                4, 9, List.of(report(Status.RUNNING)), Map.of(3, "not among the best"), 1),
            new Event.TimeSpent(61),
            new Event.TimeUp(60, 61.25));
    return Stream.concat(
        some, Stream.of(Status.values()).map(one -> new Event.TrialEnded(report(one), 3)));
  }

  @ParameterizedTest
  @MethodSource("events")
  void anEventIsTheSameAfterItsText(Event event) {
    String text = EventJson.text(event);
    assertThat(text).doesNotContain("\n");
    Event back = EventJson.parse(text, "here");
    assertThat(back).isEqualTo(event);
    assertThat(EventJson.text(back)).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[]",
        "{}",
        "null",
        "{\"event\":\"other\",\"study_seconds\":1}",
        "{\"event\":\"time_up\",\"study_seconds\":1}",
        "{\"event\":\"time_up\",\"study_seconds\":1,\"limit_seconds\":\"x\"}",
        "{\"event\":\"trial_ended\",\"trial\":1.5,\"status\":\"failed\",\"folds\":[],\"seconds\":1,\"study_seconds\":1}",
        "{\"event\":\"trial_ended\",\"trial\":1,\"status\":\"odd\",\"folds\":[],\"seconds\":1,\"study_seconds\":1}",
        "{\"event\":\"time_up\",\"event\":\"time_up\",\"study_seconds\":1,\"limit_seconds\":1}"
      })
  void whatIsNoEventIsRefusedWithItsPlace(String text) {
    assertThatThrownBy(() -> EventJson.parse(text, "journal/000007.json"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("journal/000007.json: ");
  }

  @Test
  void aReaderFindsEverythingByName() {
    assertThat(EventJson.text(new Event.TrialEnded(report(Status.DIVERGED), 3)))
        .isEqualTo(
            "{\"event\":\"trial_ended\",\"trial\":3,\"status\":\"diverged\",\"reason\":\"the loss was"
                + " \\\"NaN\\\"\",\"folds\":[{\"epochs\":7,\"now\":0.30000000000000004,\"best\":1.0E-300,"
                + "\"best_epoch\":5},{\"epochs\":7,\"now\":\"NaN\",\"best\":\"Infinity\",\"best_epoch\":0}],"
                + "\"seconds\":12.5,\"study_seconds\":3.0}");
  }
}
