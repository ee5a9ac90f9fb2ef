package dev.lockstep.optim;

import breeze.linalg.DenseVector;
import breeze.linalg.DenseVector$mcD$sp;
import breeze.optimize.DiffFunction;
import breeze.optimize.LBFGS;
import breeze.optimize.OWLQN;
import java.util.concurrent.atomic.AtomicInteger;
import scala.Function1;
import scala.Tuple2;
import scala.reflect.ClassTag;

/** Breeze's minimizers, which MLlib trains with, as the reference of ours. */
final class BreezeReference {
  private BreezeReference() {}

  /**
   * The point that Breeze finds, and what it took.
   *
   * @param rounds how often it asked for the objective
   */
  record Found(double[] point, int rounds) {}

  static Found lbfgs(Objective objective, double[] start, double tolerance) {
    return minimize(objective, start, new LBFGS<>(1000, 10, tolerance, DenseVector.space_Double()));
  }

  static Found owlqn(Objective objective, double[] start, double[] l1, double tolerance) {
    Function1<Object, Object> weights = index -> l1[(Integer) index];
    return minimize(
        objective, start, new OWLQN<>(1000, 10, weights, tolerance, DenseVector.space_Double()));
  }

  private static Found minimize(
      Objective objective, double[] start, LBFGS<DenseVector<Object>> minimizer) {
    AtomicInteger rounds = new AtomicInteger();
    DiffFunction<DenseVector<Object>> function =
        x -> {
          rounds.incrementAndGet();
          double[] gradient = new double[start.length];
          double value = objective.value((double[]) x.toArray$mcD$sp(ClassTag.Double()), gradient);
          return new Tuple2<>(value, vector(gradient));
        };
    DenseVector<Object> found = minimizer.minimize(function, vector(start));
    return new Found((double[]) found.toArray$mcD$sp(ClassTag.Double()), rounds.get());
  }

  @SuppressWarnings("unchecked")
  private static DenseVector<Object> vector(double[] values) {
    return (DenseVector<Object>) (DenseVector<?>) new DenseVector$mcD$sp(values.clone());
  }
}
