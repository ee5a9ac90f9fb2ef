package dev.lockstep.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.data.Split;
import dev.lockstep.glm.Linear;
import dev.lockstep.glm.Logistic;
import dev.lockstep.optim.Constant;
import dev.lockstep.optim.Gd;
import dev.lockstep.optim.GradientTransforms;
import dev.lockstep.optim.Lbfgs;
import dev.lockstep.optim.Optimizer;
import dev.lockstep.optim.Owlqn;
import dev.lockstep.optim.Regularization;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PenaltyTest {
  private static final double[] TRUTH = {3, 2, -1, 0.05, 0, 0, 0.5};
  private static final TrainingData DATA = TrainingData.linear(400, 0, 0.5, TRUTH);

  @Test
  void ridgeAgreesWithCoordinateDescent() {
    check(Lbfgs.DEFAULTS, 0, 0.3);
    check(new Gd(0.3), 0, 0.3);
  }

  @Test
  void lassoAgreesWithCoordinateDescentDownToItsZeros() {
    check(Owlqn.DEFAULTS, 0.2, 0);
    check(new Gd(0.3), 0.2, 0);
  }

  @Test
  void elasticNetAgreesWithCoordinateDescentDownToItsZeros() {
    check(Owlqn.DEFAULTS, 0.1, 0.2);
    check(new Gd(0.3), 0.1, 0.2);
  }

  @Test
  void aWeightCountsAsSoManyRows() {
    TrainingData weighted = new TrainingData();
    TrainingData repeated = new TrainingData();
    TrainingData rows = TrainingData.binary(80, 0, 0.5, 1, -1);
    for (int i = 0; i < 80; i++) {
      int times = 1 + i % 3;
      weighted.row(Split.TRAIN, times, rows.labels.get(i), rows.features.get(i));
      for (int t = 0; t < times; t++) {
        repeated.row(Split.TRAIN, 1f, rows.labels.get(i), rows.features.get(i));
      }
    }
    TrainingPlan plan =
        TrainingTest.plan(Logistic.DEFAULTS, Lbfgs.DEFAULTS, TrainingTest.epochs(50));
    float[] one = TrainingTest.train(plan, weighted, 2).members().get(0).params();
    float[] other = TrainingTest.train(plan, repeated, 3).members().get(0).params();
    for (int i = 0; i < one.length; i++) {
      assertThat(one[i]).isCloseTo(other[i], within(1e-4f));
    }
  }

  private static void check(Optimizer optimizer, double l1, double l2) {
    MemberSettings member =
        new MemberSettings(
            optimizer,
            Constant.DEFAULTS,
            Regularization.of(l1, l2),
            GradientTransforms.DEFAULTS,
            0);
    TrainSettings settings =
        new TrainSettings(
            Optional.empty(),
            Optional.of(200),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            optimizer instanceof Gd ? Optional.empty() : Optional.of(1e-12),
            1,
            Optional.empty());
    TrainingPlan plan = TrainingTest.plan(Linear.DEFAULTS, List.of(member), settings);
    float[] params = TrainingTest.train(plan, DATA, 3).members().get(0).params();
    double[] wanted = coordinateDescent(DATA, l1, l2);
    for (int j = 0; j < wanted.length; j++) {
      assertThat((double) params[j]).isCloseTo(wanted[j], within(1e-5));
      if (wanted[j] == 0) {
        assertThat(params[j]).isZero();
      }
    }
  }

  /**
   * The minimum of the mean of (y - s)^2 / 2 + l1 |w|_1 + l2 / 2 |w|^2, one coordinate after the
   * other; the intercept last.
   */
  private static double[] coordinateDescent(TrainingData data, double l1, double l2) {
    int rows = data.labels.size();
    int features = data.features.get(0).length;
    double[] params = new double[features + 1];
    double[] residuals = new double[rows];
    for (int i = 0; i < rows; i++) {
      residuals[i] = data.labels.get(i);
    }
    for (int sweep = 0; sweep < 500; sweep++) {
      for (int j = 0; j <= features; j++) {
        double squares = 0;
        double product = 0;
        for (int i = 0; i < rows; i++) {
          double x = j == features ? 1 : data.features.get(i)[j];
          squares += x * x / rows;
          product += x * (residuals[i] + x * params[j]) / rows;
        }
        boolean penalized = j < features;
        double threshold = penalized ? l1 : 0;
        double shrunk = Math.signum(product) * Math.max(0, Math.abs(product) - threshold);
        double next = shrunk / (squares + (penalized ? l2 : 0));
        for (int i = 0; i < rows; i++) {
          double x = j == features ? 1 : data.features.get(i)[j];
          residuals[i] -= x * (next - params[j]);
        }
        params[j] = next;
      }
    }
    return params;
  }
}
