package dev.lockstep.app;

import java.io.PrintStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code lockstep train}. */
@Command(
    name = "train",
    mixinStandardHelpOptions = true,
    description =
        "Prepares, trains, evaluates and writes a run; resumes it if it was interrupted, does"
            + " nothing if it is finished.")
final class TrainCommand implements LockstepCommand {
  @Parameters(index = "0", paramLabel = "RUN_FILE", description = "The run file; any Hadoop URI.")
  private String runFile;

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
    RunFile run = RunFileReader.read(runFile, options.overrides(), options.runId());
    return TrainRun.run(run, new RunOptions(options.master(), options.verbose(), stop, out));
  }
}
