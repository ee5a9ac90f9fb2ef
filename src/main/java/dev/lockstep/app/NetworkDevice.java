package dev.lockstep.app;

import dev.lockstep.config.ConfigException;
import dev.lockstep.model.Model;
import dev.lockstep.spark.run.LockstepSession;
import dev.lockstep.torch.NativeModel;
import java.util.Optional;

/** On what the network of a run trains: {@code model.device}, and what Spark has for it. */
final class NetworkDevice {
  private NetworkDevice() {}

  /**
   * Refuses a network that needs GPUs where Spark gives tasks none, before anything is read.
   *
   * @throws ConfigException that says how to get one
   */
  static void require(Model model, LockstepSession session) {
    if (model instanceof NativeModel network) {
      network.device().require(session.givesGpus());
    }
  }

  /** The device in one line; empty where the model is no network. */
  static Optional<String> describe(Model model, LockstepSession session) {
    if (!(model instanceof NativeModel network)) {
      return Optional.empty();
    }
    return Optional.of(
        "device: "
            + switch (network.device()) {
              case CPU -> "cpu";
              case CUDA -> "cuda, the GPU that Spark gives a task";
              case AUTO -> found(network, session);
            });
  }

  private static String found(NativeModel network, LockstepSession session) {
    if (!network.runsOnGpu()) {
      return "cpu (auto: scripts run there)";
    }
    return session.givesGpus()
        ? "auto, the GPU that Spark gives a task where libtorch can use it, else cpu"
        : "cpu (auto: Spark gives tasks no GPU)";
  }
}
