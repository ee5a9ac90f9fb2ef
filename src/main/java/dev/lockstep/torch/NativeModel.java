package dev.lockstep.torch;

import dev.lockstep.config.ConfigException;
import dev.lockstep.data.Layout;
import dev.lockstep.data.Layout.Role;
import dev.lockstep.data.Schema;
import dev.lockstep.model.Model;
import dev.lockstep.model.Replica;
import java.util.Optional;
import java.util.OptionalInt;

/** A model that libtorch runs. */
public interface NativeModel extends Model {
  /**
   * A running copy for one worker; the caller closes it.
   *
   * @param layout that of the schema, perhaps with more of it frozen
   * @param passes how rows pass through it
   */
  Replica open(Schema schema, Layout layout, Passes passes);

  /**
   * {@link #leastRows(Schema)} where more is frozen.
   *
   * @param layout that of the schema, perhaps with more of it frozen
   */
  int leastRows(Schema schema, Layout layout);

  @Override
  default int leastRows(Schema schema) {
    return leastRows(schema, layout(schema));
  }

  @Override
  default int coupledRows(Schema schema) {
    boolean coupled = !layout(schema).runs(Role.BUFFER).isEmpty() || leastRows(schema) > 1;
    return coupled ? passes().mostRows() : 0;
  }

  /** How rows pass through it unless told otherwise. */
  default Passes passes() {
    return Passes.DEFAULTS;
  }

  /** On what it runs. */
  default Device device() {
    return Device.AUTO;
  }

  /** Whether it can run on a GPU. */
  default boolean runsOnGpu() {
    return false;
  }

  /**
   * How rows pass through it in a task.
   *
   * @param gpu the number of the GPU that Spark gave the task; empty if none
   * @throws ConfigException if it must run on one and cannot
   */
  default Passes passes(OptionalInt gpu) {
    NativeModel.requireLibtorch();
    OptionalInt used = runsOnGpu() ? gpu : OptionalInt.empty();
    return passes().at(device().place(used, Place::hasCuda));
  }

  /** On the CPU. */
  @Override
  default Replica open(Schema schema) {
    return open(schema, OptionalInt.empty());
  }

  /** A running copy of its own passes in which nothing more is frozen. */
  @Override
  default Replica open(Schema schema, OptionalInt gpu) {
    return open(schema, layout(schema), passes(gpu));
  }

  @Override
  default boolean augmentsImages() {
    return true;
  }

  @Override
  default boolean wantsRowsShuffled() {
    return true;
  }

  @Override
  default Optional<String> missing() {
    return Libtorch.missing();
  }

  /**
   * Continues texts with these parameters; the caller closes it.
   *
   * @param params {@code [size]}
   * @param gpu the number of the GPU that it may run on; empty if none
   * @throws IllegalArgumentException if it is no language model
   */
  default Generator generator(Schema schema, float[] params, OptionalInt gpu) {
    throw new IllegalArgumentException("it is no language model");
  }

  /**
   * Throws if this process cannot run networks.
   *
   * @throws ConfigException that names what is missing
   */
  static void requireLibtorch() {
    Libtorch.missing()
        .ifPresent(
            sentence -> {
              throw new ConfigException("a worker that trains networks " + sentence);
            });
  }
}
