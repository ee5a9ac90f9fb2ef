package dev.lockstep.torch;

import dev.lockstep.data.Features;
import dev.lockstep.data.Layout;
import dev.lockstep.math.RandomKey;
import dev.lockstep.model.GradientSum;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.pytorch.Tensor;

/**
 * A network in native memory, whose parameters and gradient cross to Java in bulk. One thread at a
 * time; the caller closes it.
 */
interface RunningNetwork extends AutoCloseable {
  /** Where its tensors are in the flat vector. */
  Layout layout();

  /** Whether the rows of a training pass change each other's scores. */
  boolean couplesRows();

  /** How many rows must pass together while training; more than 1 if they need each other. */
  int leastRows();

  /** Whether rows of tokens pass faster where their longest one is shorter. */
  default boolean trimsPadding() {
    return false;
  }

  /**
   * Takes parameters, and forgets the gradient.
   *
   * @param params holds them from {@code offset} on
   */
  void set(float[] params, int offset);

  /**
   * The same of those parameters that some rows need: no others pass until they are taken again.
   *
   * @param params holds them from {@code offset} on; read until then
   * @param features of a block
   * @param from the first row
   * @param to after the last one
   */
  default void set(float[] params, int offset, Features features, int from, int to) {
    set(params, offset);
  }

  /**
   * The same where the parameters have not changed since they were last taken, but the rows may
   * have.
   */
  default void setAgain(float[] params, int offset, Features features, int from, int to) {
    set(params, offset, features, from, to);
  }

  /**
   * The scores of rows; they and all between belong to the caller's scope.
   *
   * @param from the first row
   * @param n how many, at most those of a pass
   * @param key of what is random for these rows
   * @param training whether a pass backward follows
   * @return {@code [n, outputs]}
   */
  Tensor forward(Features features, int from, int n, RandomKey key, boolean training);

  /**
   * Writes scores.
   *
   * @param scores {@code [n, outputs]} of {@link #forward}
   * @param into written from {@code at} on
   */
  default void read(Tensor scores, float[] into, int at) {
    int length = Math.toIntExact(scores.numel());
    try (Tensor dense = Place.atHost(scores);
        FloatPointer values = dense.data_ptr_float()) {
      values.get(into, at, length);
    }
  }

  /**
   * Adds the gradient of rows.
   *
   * @param scores {@code [n, outputs]} of {@link #forward}
   * @param slopes {@code [n, outputs]} of the loss by the scores
   */
  void backward(Tensor scores, float[] slopes);

  /** Ends a training pass: its weight counts for what it changes of running statistics. */
  void weigh(double weight);

  /**
   * Adds the gradient, which is added up over the passes backward since {@link #set}, and of
   * buffers the weighted changes.
   *
   * @param into written
   * @param offset where the parameters start among those of all members
   */
  void addGradient(GradientSum into, int offset);

  @Override
  void close();
}
