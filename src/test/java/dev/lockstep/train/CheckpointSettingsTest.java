package dev.lockstep.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CheckpointSettingsTest {
  @ParameterizedTest
  @CsvSource({"1, , 7", ", , 7", "3, , 7", ", 5, 7", "2, 5, 7", ", 9, 2", "1, 1, 1"})
  void anIntervalBeginsAfterEachCheckpointThatIsDue(Integer epochs, Long steps, long batches) {
    CheckpointSettings settings =
        new CheckpointSettings(Optional.ofNullable(epochs), Optional.ofNullable(steps), 2);
    for (boolean fullBatch : new boolean[] {false, true}) {
      long expected = 1;
      for (long step = 1; step <= 500; step++) {
        assertThat(settings.stepOfInterval(step, batches, fullBatch)).isEqualTo(expected);
        boolean epochEnds = step % batches == 0;
        boolean due =
            settings.dueAtStep(step)
                || epochEnds && settings.dueAtEpoch((int) (step / batches), fullBatch);
        expected = due ? 1 : expected + 1;
      }
    }
  }
}
