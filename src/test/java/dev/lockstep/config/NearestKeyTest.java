package dev.lockstep.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class NearestKeyTest {
  @Test
  void aSwapIsOneEdit() {
    assertThat(NearestKey.edits("lable", "label")).isEqualTo(1);
    assertThat(NearestKey.edits("", "abc")).isEqualTo(3);
    assertThat(NearestKey.edits("kitten", "sitting")).isEqualTo(3);
  }

  @Test
  void theNearestIsAdvisedAndNothingFarAway() {
    List<String> known = List.of("batch_size", "epochs", "steps");
    assertThat(NearestKey.advice("batchsize", known)).isEqualTo("did you mean batch_size?");
    assertThat(NearestKey.advice("epoch", known)).isEqualTo("did you mean epochs?");
    assertThat(NearestKey.advice("zzz", known)).isEqualTo("known are batch_size, epochs, steps");
  }
}
