package dev.lockstep.app;

import java.io.PrintStream;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** The run file that a command is about, and the options that every command has. */
final class RunFileOptions {
  @Parameters(index = "0", paramLabel = "RUN_FILE", description = "The run file; any Hadoop URI.")
  private String location;

  @Mixin private CommonOptions common = new CommonOptions();

  String location() {
    return location;
  }

  CommonOptions common() {
    return common;
  }

  Optional<String> master() {
    return common.master();
  }

  /** Reads the text of the run file. */
  RunFileText text() {
    return RunFileReader.text(location, common.overrides(), common.runId());
  }

  /** What the command line says beside the run file. */
  RunOptions with(StopSignal stop, PrintStream out) {
    return new RunOptions(common.master(), common.verbose(), stop, out);
  }
}
