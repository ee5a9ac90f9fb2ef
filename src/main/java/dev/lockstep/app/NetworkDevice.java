package dev.lockstep.app;

import dev.lockstep.config.ConfigException;
import dev.lockstep.model.Model;
import dev.lockstep.spark.run.LockstepSession;
import dev.lockstep.torch.NativeModel;
import java.io.PrintStream;

/** On what the network of a run trains: {@code model.device}, and what Spark has for it. */
final class NetworkDevice {
  private NetworkDevice() {}

  /**
   * Says in one line on what a network trains, before anything is read; nothing of other models.
   *
   * @throws ConfigException that says how to get a GPU, if it needs one and Spark gives tasks none
   */
  static void announce(Model model, LockstepSession session, PrintStream out) {
    if (!(model instanceof NativeModel network)) {
      return;
    }
    network.device().require(session.givesGpus());
    out.println(
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
