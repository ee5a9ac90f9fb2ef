package dev.lockstep.app;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.config.Redaction;
import dev.lockstep.spark.SparkExit;
import dev.lockstep.spark.run.LockstepSession;
import dev.lockstep.train.store.ResultFile;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** The command line. */
@Command(
    name = "lockstep",
    description = "Trains models data-parallel on Apache Spark, from one run file.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    subcommands = {
      TrainCommand.class,
      TuneCommand.class,
      EvaluateCommand.class,
      PredictCommand.class,
      GenerateCommand.class,
      InspectCommand.class,
      CheckCommand.class
    })
public final class Lockstep {
  private static final Logger LOG = LoggerFactory.getLogger(Lockstep.class);

  private final PrintStream out;
  private final PrintStream err;

  /**
   * How a command line ended.
   *
   * @param code the exit code
   * @param cause what was thrown; empty where nothing was
   */
  record Exit(ExitCode code, Optional<Throwable> cause) {}

  /** A command line that prints to these streams. */
  Lockstep(PrintStream out, PrintStream err) {
    this.out = out;
    this.err = err;
  }

  /**
   * Runs one command. Returns on success; a failure leaves by the exception that Spark turns into
   * the exit code.
   *
   * @throws Exception with the exit code, if it is not 0
   */
  public static void main(String[] args) throws Exception {
    Locale.setDefault(Locale.ROOT); // else names of files have the digits of the user's country
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    Exit exit = new Lockstep(out, System.err).execute(args);
    SparkExit.stop();
    if (exit.code() != ExitCode.DONE) {
      throw SparkExit.of(exit.code().code());
    }
  }

  /** Parses and runs a command line. */
  Exit execute(String... args) {
    CommandLine line = new CommandLine(this).setUsageHelpAutoWidth(true);
    ParseResult parsed;
    try {
      parsed = line.parseArgs(args);
    } catch (ParameterException e) {
      return usage(e.getCommandLine(), e.getMessage());
    }
    if (CommandLine.printHelpIfRequested(parsed.asCommandLineList(), out, err, ansi())) {
      return new Exit(ExitCode.DONE, Optional.empty());
    }
    if (!parsed.hasSubcommand()) {
      return usage(line, "a command is missing");
    }
    LockstepCommand command = (LockstepCommand) parsed.subcommand().commandSpec().userObject();
    String name = parsed.subcommand().commandSpec().name();
    out.println(Version.text() + ": " + name + " " + shown(command.subject()));
    out.flush();
    return execute(command);
  }

  private Exit execute(LockstepCommand command) {
    CommonOptions options = command.options();
    Logging.begin(options.verbose());
    StopSignal stop = new StopSignal();
    ObjectNode running = Results.running();
    Optional<byte[]> other = Optional.empty();
    try {
      other = options.resultFile().flatMap(file -> ResultFile.begin(file, running, hadoop()));
      stop.install(() -> stopped(command));
      Outcome outcome = command.run(stop, out);
      options.resultFile().ifPresent(file -> write(file, outcome.result(), outcome.code()));
      return new Exit(outcome.code(), Optional.empty());
    } catch (Exception | LinkageError | OutOfMemoryError | StackOverflowError e) {
      return stop.leaving()
          ? new Exit(ExitCode.STOPPED, Optional.of(e))
          : failed(command, running, other, e);
    }
  }

  /** The last word of a command that SIGTERM ends; it holds no checkpoint worth writing. */
  private void stopped(LockstepCommand command) {
    ObjectNode result = Results.object().put("status", Results.STOPPED);
    command.options().resultFile().ifPresent(file -> unfinished(file, result, ExitCode.STOPPED));
  }

  private Exit failed(
      LockstepCommand command, ObjectNode running, Optional<byte[]> other, Throwable thrown) {
    Failure failure = Failure.of(thrown);
    if (command.options().verbose() || failure.code() == ExitCode.INTERNAL) {
      LOG.error("the command failed", thrown);
    }
    stopQuietly();
    command.options().resultFile().ifPresent(file -> report(file, running, other, failure));
    failure.problems().forEach(problem -> err.println("  " + problem));
    err.println("lockstep: error: " + failure.sentence());
    err.flush();
    return new Exit(failure.code(), Optional.of(thrown));
  }

  private static void stopQuietly() {
    try {
      SparkExit.stop();
    } catch (RuntimeException e) {
      LOG.warn("Spark did not stop cleanly: {}", e.toString());
    }
  }

  private void report(String file, ObjectNode running, Optional<byte[]> other, Failure failure) {
    ObjectNode result = Results.object().put("status", "failed");
    result.put("error", failure.sentence());
    failure.problems().forEach(result.withArray("problems")::add);
    try {
      if (failure.code() == ExitCode.OWNED) {
        result.put("exit_code", failure.code().code());
        ResultFile.writeRefused(file, result, running, other, hadoop());
      } else {
        unfinished(file, result, failure.code());
      }
    } catch (RuntimeException e) {
      err.println("  the result file was not written: " + Failure.of(e).sentence());
    }
  }

  private static void write(String file, ObjectNode result, ExitCode code) {
    ResultFile.write(file, result.put("exit_code", code.code()), hadoop());
  }

  private static void unfinished(String file, ObjectNode result, ExitCode code) {
    ResultFile.writeUnfinished(file, result.put("exit_code", code.code()), hadoop());
  }

  private static Configuration hadoop() {
    return LockstepSession.hadoopConfiguration();
  }

  private Exit usage(CommandLine line, String problem) {
    line.usage(err, ansi());
    err.println("lockstep: error: " + shown(problem));
    err.flush();
    return new Exit(ExitCode.USAGE, Optional.of(new UsageException(problem)));
  }

  /** On one line, without secrets. */
  private static String shown(String text) {
    return Redaction.text(Redaction.printable(text));
  }

  private static CommandLine.Help.Ansi ansi() {
    return CommandLine.Help.Ansi.AUTO;
  }
}
