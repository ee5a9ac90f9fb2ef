package dev.lockstep.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.train.EpochReport;
import dev.lockstep.train.StepReport;
import dev.lockstep.train.TrainingListener;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GradientWatchTest {
  private final List<String> warnings = new ArrayList<>();
  private final List<Integer> heard = new ArrayList<>();
  private final GradientWatch watch =
      new GradientWatch(
          warnings::add,
          new TrainingListener() {
            @Override
            public void onEpoch(EpochReport report) {
              heard.add(report.epoch());
            }
          });

  private void epoch(int number, double... norms) {
    epochOfLoss(number, 1, norms);
  }

  private void epochOfLoss(int number, double meanLoss, double... norms) {
    Map<String, Double> layers = new LinkedHashMap<>();
    for (int i = 0; i < norms.length; i++) {
      layers.put(String.valueOf(2 * i), norms[i]);
    }
    double norm = Math.sqrt(Arrays.stream(norms).map(each -> each * each).sum());
    watch.onEpoch(new EpochReport(0, number, number, meanLoss, 0, norm, layers, 0.1, Map.of()));
  }

  @Test
  void aLayerIsNamedOnceWithItsNormAndThatOfTheLast() {
    epoch(1, 1e-4, 0.5, 0.25);
    assertThat(warnings).isEmpty();
    epoch(2, 2e-9, 1e-6, 0.25);
    epoch(3, 3e-9, 1e-3, 0.25);
    assertThat(warnings)
        .singleElement()
        .asString()
        .startsWith(
            "epoch 2: the gradient vanishes on its way: its norm is 2.00e-09 in layer 0, 0.250 in"
                + " layer 4; try");
    epoch(4, 0.1, 2e4, 0.25);
    assertThat(warnings.get(1))
        .startsWith("epoch 4: the gradient explodes on its way: its norm is 2.00e+04 in layer 2");
    assertThat(heard).containsExactly(1, 2, 3, 4);
  }

  @Test
  void aLayerThatIsGivenNothingIsNamed() {
    epoch(1, 0, 0.25);
    assertThat(warnings)
        .singleElement()
        .asString()
        .contains("layer 0 has no gradient, layer 2 one");
  }

  @Test
  void aLastLayerThatIsGivenNothingIsNamed() {
    epoch(1, 0.5, 2, 0);
    assertThat(warnings)
        .singleElement()
        .asString()
        .contains("layer 4 has no gradient, layer 2 one of norm 2.00: the scores do not");
  }

  @Test
  void whatExplodesInAllLayersIsNamedOnce() {
    epochOfLoss(1, 0.7, 0.1, 0.2);
    epochOfLoss(2, 9, 500, 1000);
    assertThat(warnings).isEmpty();
    epochOfLoss(3, 60, 3000, 4000);
    epochOfLoss(4, 80, 30000, 40000);
    assertThat(warnings)
        .singleElement()
        .asString()
        .startsWith(
            "epoch 4: the gradient explodes: its norm is 5.00e+04, it was 0.224 in epoch 1");
  }

  @Test
  void aBatchThatIsOddInATrainingThatGetsOnIsNoReasonToWarn() {
    epochOfLoss(1, 0.7, 1e-6, 1e-6);
    epochOfLoss(2, 0.6, 1, 1);
    epochOfLoss(3, 0.6, 0, 0);
    epochOfLoss(4, 0.5, 1, 1);
    epochOfLoss(5, 0, 0, 0);
    epochOfLoss(6, 0, 0, 0);
    epochOfLoss(7, 0.71, 1, 1);
    epochOfLoss(8, 0.71, 1, 1);
    epochOfLoss(9, 2, 1, 1);
    assertThat(warnings).isEmpty();
  }

  @Test
  void aNetworkThatLearnsNothingIsNamedOnce() {
    epoch(1, 1, 1);
    epoch(2, 0, 0);
    assertThat(warnings).isEmpty();
    epoch(3, 0, 0);
    epoch(4, 0, 0);
    epoch(5, 1, 1);
    epoch(6, 0, 0);
    epoch(7, 0, 0);
    assertThat(warnings)
        .singleElement()
        .asString()
        .startsWith("epoch 3: the gradient is 0 in all layers, so nothing is learnt");
  }

  @Test
  void stepsThatHadAGradientAreNotNothing() {
    for (int number = 1; number < 4; number++) {
      watch.onStep(new StepReport(0, number, number, 4, number, 10, 0.5, 1, 0.1));
      epoch(number, 0, 0);
    }
    assertThat(warnings).isEmpty();
  }

  @Test
  void oneLayerOrNoGradientAtAllIsNoReasonToWarn() {
    epoch(1);
    epoch(2, 1);
    epoch(3, 0, 0);
    epoch(4, Double.NaN, Double.NaN);
    assertThat(warnings).isEmpty();
  }
}
