package dev.lockstep.optim;

import dev.lockstep.config.Ranges;

/** The moment estimates that Adam and its kin share: slot 0 is m, slot 1 is v. */
final class Moments {
  private Moments() {}

  /** Checks the hyperparameters of Adam's kin. */
  static void check(double learningRate, double beta1, double beta2, double epsilon) {
    Ranges.positive("learning_rate", learningRate);
    Ranges.belowOne("beta1", beta1);
    Ranges.belowOne("beta2", beta2);
    Ranges.epsilon(epsilon);
  }

  /** {@code m = beta1 m + (1 - beta1) g}, {@code v = beta2 v + (1 - beta2) g^2}. */
  static void advance(Update update, double beta1, double beta2, int from, int to) {
    float[] gradient = update.gradient();
    float[] m = update.slots()[0];
    float[] v = update.slots()[1];
    float keptM = (float) beta1;
    float takenM = (float) (1 - beta1);
    float keptV = (float) beta2;
    float takenV = (float) (1 - beta2);
    for (int i = from; i < to; i++) {
      float g = gradient[i];
      m[i] = keptM * m[i] + takenM * g;
      v[i] = keptV * v[i] + takenV * g * g;
    }
  }

  /** {@link #advance}, then {@link #descend} by v: in one sweep where no rates are wanted. */
  static void step(Update update, double beta1, double beta2, double epsilon, int from, int to) {
    if (update.wantsRates()) {
      advance(update, beta1, beta2, from, to);
      descend(update, update.slots()[1], beta1, beta2, epsilon, from, to);
      return;
    }
    float[] params = update.params();
    float[] gradient = update.gradient();
    float[] m = update.slots()[0];
    float[] v = update.slots()[1];
    float keptM = (float) beta1;
    float takenM = (float) (1 - beta1);
    float keptV = (float) beta2;
    float takenV = (float) (1 - beta2);
    float rate = (float) (update.rate() / correction(beta1, update.step()));
    float rootScale = (float) (1 / Math.sqrt(correction(beta2, update.step())));
    float guard = (float) epsilon;
    for (int i = from; i < to; i++) {
      float g = gradient[i];
      float first = keptM * m[i] + takenM * g;
      float second = keptV * v[i] + takenV * g * g;
      m[i] = first;
      v[i] = second;
      params[i] -= rate * first / ((float) Math.sqrt(second) * rootScale + guard);
    }
  }

  /** {@code 1 - beta^t}: what divides an estimate that started from 0. */
  static double correction(double beta, long step) {
    return 1 - StrictMath.pow(beta, step);
  }

  /**
   * {@code w -= rate mhat / (sqrt(vhat) + epsilon)}, and each coordinate's rate {@code rate /
   * (sqrt(vhat) + epsilon)} where wanted.
   *
   * @param second the second moment to divide by: v, or its running maximum
   */
  static void descend(
      Update update, float[] second, double beta1, double beta2, double epsilon, int from, int to) {
    float[] params = update.params();
    float[] m = update.slots()[0];
    float rate = (float) (update.rate() / correction(beta1, update.step()));
    float rootScale = (float) (1 / Math.sqrt(correction(beta2, update.step())));
    float guard = (float) epsilon;
    for (int i = from; i < to; i++) {
      params[i] -= rate * m[i] / ((float) Math.sqrt(second[i]) * rootScale + guard);
    }
    if (update.wantsRates()) {
      RootRates.fill(update, second, (float) update.rate(), rootScale, guard, from, to);
    }
  }
}
