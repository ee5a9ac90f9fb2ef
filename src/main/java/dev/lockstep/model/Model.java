package dev.lockstep.model;

import dev.lockstep.data.Layout;
import dev.lockstep.data.Schema;
import dev.lockstep.loss.Loss;
import java.io.Serializable;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.random.RandomGenerator;

/** A description of a model: its hyperparameters, no values. Immutable; travels to the workers. */
public interface Model extends Serializable {
  /** What it minimizes. */
  Loss loss();

  /** Scores per row. */
  int outputs(Schema schema);

  /** Where each tensor lies in the flat vector. */
  Layout layout(Schema schema);

  /**
   * Writes the values to start from.
   *
   * @param params {@code [size]}; written
   */
  void initialize(float[] params, Schema schema, RandomGenerator random);

  /**
   * Parameters that meet the encoded features first.
   *
   * @param weights where the weights of all features start, one after the other
   * @param bias where the bias is that is added to their products; empty if there is none
   */
  record InputUnit(int weights, OptionalInt bias) {}

  /**
   * The units whose inputs are the encoded features themselves, so that a change of the features'
   * mean and scale is a change of these parameters; empty where features enter in another way.
   */
  default List<InputUnit> inputUnits(Schema schema) {
    return List.of();
  }

  /**
   * What this process lacks to run the model, and how to add it: "needs ..", the end of a sentence;
   * empty if nothing.
   */
  default Optional<String> missing() {
    return Optional.empty();
  }

  /**
   * The file that the description names, from which its {@link #of} is read: a path or any Hadoop
   * URI; empty where the description says everything.
   */
  default Optional<String> file() {
    return Optional.empty();
  }

  /**
   * This model with the bytes of its {@link #file}, which travel with it from now on.
   *
   * @throws IllegalArgumentException if they hold no such model: a sentence that begins with the
   *     key it is about
   */
  default Model of(byte[] bytes) {
    throw new IllegalStateException(this + " is read from no file");
  }

  /**
   * A trained model as a file.
   *
   * @param model a description whose {@link #file} is its name in the model's directory
   * @param bytes what goes there
   */
  record TrainedFile(Model model, byte[] bytes) {}

  /**
   * The trained model as a file of the form that it was read from; empty where there was none.
   *
   * @param params {@code [size]}
   */
  default Optional<TrainedFile> export(float[] params) {
    return Optional.empty();
  }

  /** A running copy for one worker; the caller closes it. */
  Replica open(Schema schema);

  /**
   * The same in a task that may have been given a GPU.
   *
   * @param gpu its number; empty if none was given
   */
  default Replica open(Schema schema, OptionalInt gpu) {
    return open(schema);
  }

  /** This model when it is trained, and only scores from now on. */
  default Model trained() {
    return this;
  }

  /**
   * Whether rows are shuffled anew in each epoch unless the run file says otherwise; else only the
   * order of the batches is.
   */
  default boolean wantsRowsShuffled() {
    return false;
  }

  /** Whether it trains on images that vary ({@link dev.lockstep.data.Augmentation}). */
  default boolean augmentsImages() {
    return false;
  }

  /** How many rows of a batch a shard must have; more than 1 if rows need each other. */
  default int leastRows(Schema schema) {
    return 1;
  }

  /**
   * How many rows of a shard's step are gathered for one pass at least, if rows count together
   * ({@link Replica#coupledRows}), as far as the description tells; 0 where each counts for itself.
   */
  default int coupledRows(Schema schema) {
    return 0;
  }

  /** Whether it draws random numbers in training, so that each round has a loss of its own. */
  default boolean draws(Schema schema) {
    return false;
  }

  /**
   * Moves trained parameters to the agreed place among those that predict the same; a model whose
   * predictions fix its parameters leaves them.
   *
   * @param params {@code [size]}; written
   * @param penalized whether the objective holds the penalized slices already
   */
  default void settle(float[] params, Schema schema, boolean penalized) {}

  /**
   * The trained model whose scores of a row it learns from beside the label; empty: labels alone.
   */
  default Optional<Teacher> teacher() {
    return Optional.empty();
  }

  /** What speaks against training this model on such data, a sentence each; empty if nothing. */
  default List<String> problems(Schema schema) {
    return List.of();
  }
}
