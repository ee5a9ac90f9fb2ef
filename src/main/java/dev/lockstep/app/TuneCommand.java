package dev.lockstep.app;

import java.io.PrintStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code lockstep tune}. */
@Command(
    name = "tune",
    mixinStandardHelpOptions = true,
    description =
        "Searches hyperparameters as the run file's tune section says, then trains the best"
            + " configuration on all training rows; continues a study that was interrupted, or that"
            + " has more trials now.")
final class TuneCommand implements RunFileCommand {
  @Mixin private RunFileOptions file = new RunFileOptions();

  @Option(
      names = "--no-refit",
      description = "Ends with the search: trains no model with the best configuration.")
  private boolean noRefit;

  @Override
  public RunFileOptions file() {
    return file;
  }

  @Override
  public Outcome run(StopSignal stop, PrintStream out) throws Exception {
    return TuneRun.run(file.text(), !noRefit, file.with(stop, out));
  }
}
