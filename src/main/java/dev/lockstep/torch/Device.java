package dev.lockstep.torch;

import dev.lockstep.config.ConfigException;
import java.util.OptionalInt;
import java.util.function.BooleanSupplier;

/** On what networks run: {@code device} in a network's section of the run file. */
public enum Device {
  /** On the GPU that Spark gave the task where libtorch can use one, else on the CPU. */
  AUTO,
  /** On the CPU. */
  CPU,
  /** On the GPU that Spark gave the task, or not at all. */
  CUDA;

  /**
   * Refuses what needs a GPU where tasks have none.
   *
   * @param given whether Spark gives tasks one
   * @throws ConfigException that says how to get one
   */
  public void require(boolean given) {
    if (this == CUDA && !given) {
      throw new ConfigException(
          "model.device is cuda, but Spark gives tasks no GPU: set"
              + " spark.executor.resource.gpu.amount and spark.task.resource.gpu.amount (in local"
              + " mode spark.driver.resource.gpu.amount), or use device = auto");
    }
  }

  /**
   * Where the tensors of a task lie.
   *
   * @param gpu the number of the GPU that Spark gave the task; empty if none
   * @param hasCuda whether libtorch in this process can use one; asked only where it matters
   * @throws ConfigException if there must be a GPU and is none
   */
  Place place(OptionalInt gpu, BooleanSupplier hasCuda) {
    require(gpu.isPresent());
    if (this == CPU || gpu.isEmpty()) {
      return Place.CPU;
    }
    boolean usable = hasCuda.getAsBoolean();
    if (this == CUDA && !usable) {
      throw new ConfigException(
          "model.device is cuda, but libtorch of a task cannot use its GPU: give executors a jar of"
              + " natives that was built with -Pcuda, on machines with a driver of NVIDIA, or use"
              + " device = auto");
    }
    return usable ? Place.ofGpu(gpu.getAsInt()) : Place.CPU;
  }
}
