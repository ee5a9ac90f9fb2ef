package dev.lockstep.spark.source;

import java.io.Serializable;

/**
 * The parameters from which synthetic labels were drawn: no model does better on rows it has not
 * seen, so their loss is the best possible one.
 *
 * @param weights [outputs, features], row-major, in the order of the feature columns
 * @param intercepts [outputs]
 * @param link how scores become the expected label
 */
public record TrueModel(double[] weights, double[] intercepts, Link link) implements Serializable {
  /** How scores become the expected label. */
  public enum Link {
    /** The score is the mean. */
    IDENTITY,
    /** The probability of label 1 is the logistic function of the score. */
    LOGIT,
    /** The probabilities of the classes are the softmax of the scores. */
    SOFTMAX,
    /** The mean is the exponential of the score. */
    LOG
  }

  /** The number of outputs. */
  public int outputs() {
    return intercepts.length;
  }

  /** The number of features. */
  public int features() {
    return weights.length / intercepts.length;
  }
}
