package dev.lockstep.app;

import picocli.CommandLine.Option;

/** The option that names a trained model. */
final class ModelOption {
  @Option(
      names = "--model",
      paramLabel = "DIR",
      description = "The model directory; by default the model of the run.")
  private String model;

  /** The directory that was named, or that of a run's model. */
  String directory(RunFile run) {
    return model == null ? run.output() + "/model" : model;
  }
}
