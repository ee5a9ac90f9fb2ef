package dev.lockstep.train;

import dev.lockstep.data.Schema;
import dev.lockstep.data.Split;
import dev.lockstep.model.GradientSum;
import dev.lockstep.model.Parameters;
import dev.lockstep.train.metric.Evaluation;
import dev.lockstep.train.metric.Precision;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * The seam between the loop and the machines: rounds over all shards, one at a time. Every
 * implementation gives the same bits for the same shards.
 */
public interface Cluster extends AutoCloseable {
  /** What the encoded rows look like. */
  Schema schema();

  /** S. */
  int shards();

  /** Rows of a split, over all shards. */
  long rows(Split split);

  /**
   * The sums over the rows of a step, combined along the fixed tree; they hold until the next
   * round, which may take their arrays.
   *
   * @throws RuntimeException of the engine, when the machines have failed beyond repair
   */
  GradientSum gradient(Parameters params, Step step);

  /**
   * Gradient rounds from now on may fail where a stop was asked for and they are not complete a few
   * seconds later. Where the machines cannot wait otherwise they ignore it.
   *
   * @param stop whether a stop was asked for
   */
  default void giveUpAfter(BooleanSupplier stop) {}

  /**
   * The evaluation sums of a split, one for each member.
   *
   * @param precision whether ROC and PR curves are exact or from fixed bins
   */
  List<Evaluation> evaluate(Parameters params, Split split, Precision precision);

  /**
   * The evaluation sums of all training rows by the weights that they have in training, where
   * classes may weigh differently, one for each member: of a trained model, as {@link #evaluate}
   * scores it.
   */
  List<Evaluation> evaluateByClassWeights(Parameters params);

  /**
   * The moments of some features in every fold of the training rows, whose rows have folds.
   *
   * @param repeats how often rows are divided into folds
   * @param folds into how many
   * @param scaled the features, ascending
   */
  FoldMoments moments(int repeats, int folds, List<ScaledRange> scaled);

  /** Gives the machines back until the next round: others may want them meanwhile. */
  default void release() {}

  @Override
  void close();
}
