package dev.lockstep.app;

import java.io.PrintStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code lockstep train}. */
@Command(
    name = "train",
    mixinStandardHelpOptions = true,
    description =
        "Prepares, trains, evaluates and writes a run; resumes it if it was interrupted, does"
            + " nothing if it is finished.")
final class TrainCommand implements RunFileCommand {
  @Mixin private RunFileOptions file = new RunFileOptions();

  @Override
  public RunFileOptions file() {
    return file;
  }

  @Override
  public Outcome run(StopSignal stop, PrintStream out) throws Exception {
    return TrainRun.run(file.text(), file.with(stop, out));
  }
}
