package dev.lockstep.loss;

import java.util.List;
import java.util.stream.Stream;

/** Every loss beside its plain form, for tests that all of them must pass. */
final class LossCases {
  private static final List<Double> CLASS_WEIGHTS = List.of(0.5, 2.0, 1.0, 0.75);

  private LossCases() {}

  /** The loss of one row, written as plainly as can be. */
  interface Naive {
    double loss(double[] scores, double[] labels);
  }

  /** A loss, its naive form and the slope of the latter. */
  record Case(Loss loss, int outputs, Naive naive, Naive firstSlope, List<Float> labels) {
    @Override
    public String toString() {
      return loss + " " + outputs;
    }
  }

  /** Every loss, some of them with several outputs or settings. */
  static Stream<Case> all() {
    List<Float> numbers = List.of(-1.5f, 0f, 0.25f, 3f, 70f);
    List<Float> counts = List.of(0f, 1f, 2.5f, 9f);
    List<Float> binary = List.of(0f, 1f);
    List<Float> classes = List.of(0f, 1f, 2f, 3f);
    return Stream.of(
        new Case(new SquaredLoss(), 1, LossCases::squared, (s, y) -> s[0] - y[0], numbers),
        new Case(new SquaredLoss(), 3, LossCases::squared, (s, y) -> s[0] - y[0], numbers),
        new Case(
            new LogisticLoss(),
            1,
            (s, y) -> Math.max(signed(s, y), 0) + log1pExp(-Math.abs(signed(s, y))),
            (s, y) -> (1 - 2 * y[0]) / (1 + StrictMath.exp(-signed(s, y))),
            binary),
        new Case(new SoftmaxLoss(), 4, LossCases::softmax, LossCases::softmaxSlope, classes),
        new Case(new NextTokenLoss(), 4, LossCases::softmax, LossCases::softmaxSlope, classes),
        new Case(
            new PoissonLoss(),
            1,
            LossCases::poisson,
            (s, y) -> StrictMath.exp(s[0]) - y[0],
            counts),
        new Case(
            new PoissonLoss(),
            2,
            LossCases::poisson,
            (s, y) -> StrictMath.exp(s[0]) - y[0],
            counts),
        new Case(
            new MeanPoissonLoss(),
            2,
            (s, y) -> poisson(s, y) / 2,
            (s, y) -> (StrictMath.exp(s[0]) - y[0]) / 2,
            counts),
        new Case(
            new HuberLoss(1.5),
            2,
            (s, y) -> huber(s[0] - y[0]) + huber(s[1] - y[1]),
            (s, y) -> Math.max(-1.5, Math.min(1.5, s[0] - y[0])),
            numbers),
        new Case(
            new SoftmaxLoss(0.3),
            4,
            (s, y) -> 0.7 * softmax(s, y) + 0.3 * meanOverClasses(LossCases::softmax, s),
            (s, y) -> 0.7 * softmaxSlope(s, y) + 0.3 * meanOverClasses(LossCases::softmaxSlope, s),
            classes),
        new Case(
            new SoftmaxLoss(0.3).byClass(CLASS_WEIGHTS),
            4,
            (s, y) -> 0.7 * softmax(s, y) + 0.3 * weighedMean(LossCases::softmax, s, y),
            (s, y) -> 0.7 * softmaxSlope(s, y) + 0.3 * weighedMean(LossCases::softmaxSlope, s, y),
            classes),
        new Case(
            new MeanSquaredLoss(),
            3,
            (s, y) -> 2 * squared(s, y) / 3,
            (s, y) -> 2 * (s[0] - y[0]) / 3,
            numbers),
        new Case(
            new MeanAbsoluteLoss(),
            2,
            (s, y) -> (Math.abs(s[0] - y[0]) + Math.abs(s[1] - y[1])) / 2,
            (s, y) -> Math.signum(s[0] - y[0]) / 2,
            numbers),
        new Case(
            new MeanHuberLoss(1.5),
            2,
            (s, y) -> (huber(s[0] - y[0]) + huber(s[1] - y[1])) / 2,
            (s, y) -> Math.max(-1.5, Math.min(1.5, s[0] - y[0])) / 2,
            numbers),
        new Case(
            new LogCoshLoss(),
            2,
            (s, y) -> logCosh(s[0] - y[0]) + logCosh(s[1] - y[1]),
            (s, y) -> StrictMath.tanh(s[0] - y[0]),
            numbers),
        new Case(
            new MeanLogCoshLoss(),
            2,
            (s, y) -> (logCosh(s[0] - y[0]) + logCosh(s[1] - y[1])) / 2,
            (s, y) -> StrictMath.tanh(s[0] - y[0]) / 2,
            numbers),
        new Case(
            new HingeLoss(false),
            1,
            (s, y) -> Math.max(0, 1 + signed(s, y)),
            (s, y) -> 1 + signed(s, y) > 0 ? 1 - 2 * y[0] : 0,
            binary),
        new Case(
            new HingeLoss(true),
            1,
            (s, y) -> StrictMath.pow(Math.max(0, 1 + signed(s, y)), 2),
            (s, y) -> 2 * (1 - 2 * y[0]) * Math.max(0, 1 + signed(s, y)),
            binary));
  }

  private static double signed(double[] s, double[] y) {
    return (1 - 2 * y[0]) * s[0];
  }

  private static double log1pExp(double z) {
    return StrictMath.log1p(StrictMath.exp(z));
  }

  private static double squared(double[] s, double[] y) {
    double sum = 0;
    for (int o = 0; o < s.length; o++) {
      sum += 0.5 * (s[o] - y[o]) * (s[o] - y[o]);
    }
    return sum;
  }

  private static double poisson(double[] s, double[] y) {
    double sum = 0;
    for (int o = 0; o < s.length; o++) {
      sum += StrictMath.exp(s[o]) - y[o] * s[o];
    }
    return sum;
  }

  private static double huber(double e) {
    return Math.abs(e) <= 1.5 ? 0.5 * e * e : 1.5 * (Math.abs(e) - 0.75);
  }

  private static double logCosh(double e) {
    return Math.abs(e) + log1pExp(-2 * Math.abs(e)) - StrictMath.log(2);
  }

  private static double softmax(double[] s, double[] y) {
    double sum = 0;
    for (double score : s) {
      sum += StrictMath.exp(score - s[(int) y[0]]);
    }
    return StrictMath.log(sum);
  }

  private static double softmaxSlope(double[] s, double[] y) {
    double sum = 0;
    for (double score : s) {
      sum += StrictMath.exp(score - s[0]);
    }
    return 1 / sum - (y[0] == 0 ? 1 : 0);
  }

  /** What a loss or slope is on average if every class is the label once. */
  private static double meanOverClasses(Naive naive, double[] s) {
    double sum = 0;
    for (int c = 0; c < s.length; c++) {
      sum += naive.loss(s, new double[] {c});
    }
    return sum / s.length;
  }

  /** The same if classes weigh differently, against what that of the label weighs. */
  private static double weighedMean(Naive naive, double[] s, double[] y) {
    double sum = 0;
    for (int c = 0; c < s.length; c++) {
      double share = CLASS_WEIGHTS.get(c) / CLASS_WEIGHTS.get((int) y[0]);
      sum += share * naive.loss(s, new double[] {c});
    }
    return sum / s.length;
  }
}
