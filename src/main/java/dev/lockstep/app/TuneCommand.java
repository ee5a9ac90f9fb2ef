package dev.lockstep.app;

import java.io.PrintStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code lockstep tune}. */
@Command(
    name = "tune",
    mixinStandardHelpOptions = true,
    description =
        "Searches hyperparameters as the run file's tune section says, then trains the best"
            + " configuration on all training rows; continues a study that was interrupted, or that"
            + " has more trials now.")
final class TuneCommand implements LockstepCommand {
  @Parameters(index = "0", paramLabel = "RUN_FILE", description = "The run file; any Hadoop URI.")
  private String runFile;

  @Option(
      names = "--no-refit",
      description = "Ends with the search: trains no model with the best configuration.")
  private boolean noRefit;

  @Mixin private CommonOptions options = new CommonOptions();

  @Override
  public String subject() {
    return runFile;
  }

  @Override
  public CommonOptions options() {
    return options;
  }

  @Override
  public Outcome run(StopSignal stop, PrintStream out) throws Exception {
    RunFileText text = RunFileReader.text(runFile, options.overrides(), options.runId());
    RunOptions with = new RunOptions(options.master(), options.verbose(), stop, out);
    return TuneRun.run(StudyFile.read(text), !noRefit, with);
  }
}
