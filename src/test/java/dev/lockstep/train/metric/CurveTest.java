package dev.lockstep.train.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.loss.LogisticLoss;
import dev.lockstep.loss.Loss;
import dev.lockstep.math.RandomKey;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CurveTest {
  private static final Loss LOGISTIC = new LogisticLoss();

  @Test
  void curvesAgreeWithTheirNaiveFormsInAnyParts() {
    for (int rows : new int[] {2, 7, 8, 9, 63, 64, 65, 1021}) {
      ScoredRows data = ScoredRows.random(rows);
      for (int parts : new int[] {1, 2, 3, 7}) {
        Map<String, Double> metrics = data.evaluate(LOGISTIC, Precision.EXACT, parts).metrics();
        assertThat(metrics.get("auc")).isCloseTo(data.naiveAuc(), within(1e-12));
        assertThat(metrics.get("pr_auc")).isCloseTo(data.naiveAveragePrecision(), within(1e-12));
      }
    }
  }

  @Test
  void curvesKeepEveryScoreOfMoreRowsThanOneBuffer() {
    ScoreCurve curve = new ScoreCurve(Precision.EXACT);
    RandomKey key = RandomKey.of(3);
    int rows = 300_000;
    for (int i = 0; i < rows; i++) {
      curve.add(i * 7919L % rows, key.uniform(i) < 0.5, 1f);
    }
    curve.finish();
    assertThat(curve.size()).isEqualTo(rows);
    // The standard error of the area of scores without meaning is sqrt(1 / (12 * rows / 4)).
    assertThat(curve.auc()).isCloseTo(0.5, within(5 * Math.sqrt(1.0 / (3 * rows))));
  }

  @Test
  void curvesAgreeWithTheExampleOfScikitLearn() {
    ScoredRows rows =
        new ScoredRows(
            new float[] {0.1f, 0.4f, 0.35f, 0.8f},
            new float[] {0, 0, 1, 1},
            new float[] {1, 1, 1, 1});
    Map<String, Double> metrics = rows.evaluate(LOGISTIC, Precision.EXACT, 1).metrics();
    assertThat(metrics.get("auc")).isEqualTo(0.75);
    assertThat(metrics.get("pr_auc")).isCloseTo(0.8333333333333333, within(1e-15));
  }

  @Test
  void binsAscendWithTheScore() {
    float[] scores = {
      Float.NEGATIVE_INFINITY, -1e6f, -8, -1.002f, -1, -1e-3f, -1e-30f, 0, 1e-3f, 1, 1.002f, 1e6f
    };
    for (int i = 1; i < scores.length; i++) {
      assertThat(ScoreCurve.bin(scores[i])).isGreaterThanOrEqualTo(ScoreCurve.bin(scores[i - 1]));
    }
    assertThat(ScoreCurve.bin(scores[0])).isZero();
    assertThat(ScoreCurve.bin(Float.POSITIVE_INFINITY)).isEqualTo((1 << 16) - 1);
    assertThat(ScoreCurve.bin(1.002f)).isGreaterThan(ScoreCurve.bin(1f));
  }

  @Test
  void binnedCurvesSayThatTheyAreAndComeNear() {
    ScoredRows data = ScoredRows.random(1021);
    Map<String, Double> binned = data.evaluate(LOGISTIC, Precision.BINNED, 3).metrics();
    Map<String, Double> exact = data.evaluate(LOGISTIC, Precision.EXACT, 3).metrics();
    assertThat(binned).doesNotContainKeys("auc", "pr_auc");
    // Quarters fall on edges of bins, so nothing is lost here.
    assertThat(Metrics.find(binned, "auc")).contains(exact.get("auc"));
    assertThat(Metrics.find(binned, "pr_auc")).contains(exact.get("pr_auc"));
  }

  @Test
  void curvesAloneHaveTheBitsOfCurvesAmongOtherMetrics() {
    for (int rows : new int[] {2, 65, 1021, 70_001}) {
      ScoredRows data = ScoredRows.random(rows);
      Map<String, Double> all = data.evaluate(LOGISTIC, Precision.BINNED, 3).metrics();
      Map<String, Double> alone = data.evaluate(LOGISTIC, Precision.BINNED_CURVES, 3).metrics();
      assertThat(alone).containsOnlyKeys("loss", "auc_binned", "pr_auc_binned");
      assertThat(all).containsAllEntriesOf(alone).containsKey("log_loss");
    }
    assertThat(Metrics.precisionFor(List.of("auc", "loss"))).isEqualTo(Precision.BINNED_CURVES);
    assertThat(Metrics.precisionFor(List.of("auc", "log_loss"))).isEqualTo(Precision.BINNED);
  }

  @Test
  void rowsOfABinAddUpInTheOrderInWhichTheyCome() {
    ScoredRows data = ScoredRows.random(1021);
    ScoreCurve binned = new ScoreCurve(Precision.BINNED);
    ScoreCurve exact = new ScoreCurve(Precision.EXACT);
    for (int i = 0; i < data.scores().length; i++) {
      if (data.weights()[i] != 0) {
        binned.add(data.scores()[i], data.labels()[i] > 0, data.weights()[i]);
        exact.add(data.scores()[i], data.labels()[i] > 0, data.weights()[i]);
      }
    }
    binned.finish();
    exact.finish();
    // The scores are quarters, so bins and distinct scores are the same, and so are all sums.
    assertThat(binned.size()).isEqualTo(exact.size()).isLessThan(30);
    assertThat(binned.auc()).isEqualTo(exact.auc());
    assertThat(binned.averagePrecision()).isEqualTo(exact.averagePrecision());
  }

  @Test
  void curvesOfOneClassAreLeftOut() {
    ScoredRows one = new ScoredRows(new float[] {1, 2}, new float[] {1, 1}, new float[] {1, 1});
    assertThat(one.evaluate(LOGISTIC, Precision.EXACT, 1).metrics())
        .doesNotContainKey("auc")
        .containsEntry("accuracy", 1.0);
  }
}
