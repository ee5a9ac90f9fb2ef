package dev.lockstep.train.metric;

import dev.lockstep.loss.Loss;
import java.util.ArrayList;
import java.util.List;

/** Makes and merges the {@link Evaluation}s of a task. */
public final class Evaluations {
  private Evaluations() {}

  /** An evaluation of no rows for a model with {@code outputs} scores a row. */
  public static Evaluation empty(
      Loss loss, int outputs, MetricSettings settings, Precision precision) {
    return switch (loss.task()) {
      case BINARY -> new BinaryEvaluation(loss.probabilistic(), settings, precision);
      case MULTICLASS -> new MulticlassEvaluation(loss.probabilistic(), settings, outputs);
      case REGRESSION -> new ValueEvaluation(outputs, false);
      case COUNTS -> new ValueEvaluation(outputs, true);
      case NEXT_TOKEN -> new TokenEvaluation();
    };
  }

  /**
   * The bytes that an evaluation takes at most, in memory and on the way to the driver.
   *
   * @param rows rows that were added
   */
  public static long sizeBytes(Loss loss, int outputs, Precision precision, long rows) {
    return switch (loss.task()) {
      case BINARY -> ScoreCurve.sizeBytes(precision, rows) + ConfusionMatrix.sizeBytes(2);
      case MULTICLASS -> ConfusionMatrix.sizeBytes(outputs);
      case REGRESSION, COUNTS -> ValueEvaluation.sizeBytes(outputs);
      case NEXT_TOKEN -> TokenEvaluation.SIZE_BYTES;
    };
  }

  /** Every class of which evaluations are made, for serializers that must know them. */
  public static List<Class<?>> types() {
    return List.of(
        BinaryEvaluation.class,
        MulticlassEvaluation.class,
        ValueEvaluation.class,
        TokenEvaluation.class,
        ConfusionMatrix.class,
        ScoreCurve.class);
  }

  /** Merges the members' evaluations of two subtrees, left and right. */
  public static List<Evaluation> merge(List<Evaluation> left, List<Evaluation> right) {
    if (left.size() != right.size()) {
      throw new IllegalArgumentException(left.size() + " members + " + right.size());
    }
    List<Evaluation> merged = new ArrayList<>();
    for (int k = 0; k < left.size(); k++) {
      merged.add(left.get(k).merge(right.get(k)));
    }
    return merged;
  }
}
