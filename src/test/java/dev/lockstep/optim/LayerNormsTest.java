package dev.lockstep.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.data.Layout;
import dev.lockstep.data.Layout.Role;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LayerNormsTest {
  @Test
  void tensorsOfALayerCountTogetherAndOthersNot() {
    Layout layout =
        Layout.empty()
            .with("0.weight", true, 2)
            .with("0.bias", false, 1)
            .with("1.running_mean", Role.BUFFER, 1)
            .with("2.attention.weight", true, 1)
            .with("3.weight", Role.FROZEN, 1);
    float[] gradient = {2, 3, 6, 100, -5, 100};
    Map<String, Double> norms = LayerNorms.of(gradient, layout);
    assertThat(norms.keySet()).containsExactly("0", "2.attention");
    assertThat(norms.get("0")).isCloseTo(7, within(1e-14));
    assertThat(norms).contains(entry("2.attention", 5.0));
  }

  @Test
  void oneTrainedLayerIsNotToldApart() {
    Layout layout = Layout.empty().with("linear.weight", true, 2).with("linear.bias", false, 1);
    assertThat(LayerNorms.of(new float[3], layout)).isEmpty();
  }
}
