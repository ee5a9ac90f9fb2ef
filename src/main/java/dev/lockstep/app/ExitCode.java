package dev.lockstep.app;

import java.util.Arrays;
import java.util.Optional;

/** What a command's exit code tells. */
public enum ExitCode {
  /** Done, or already done. */
  DONE(0),
  /** The command line is wrong. */
  USAGE(64),
  /** The data is wrong. */
  DATA(65, "dev.lockstep.data.DataException", "dev.lockstep.data.ChosenRowsException"),
  /** An input does not exist or is empty. */
  INPUT_MISSING(66, "dev.lockstep.data.InputMissingException"),
  /** A bug of ours. */
  INTERNAL(70),
  /** Another attempt owns the run. */
  OWNED(73, "dev.lockstep.train.store.RunOwnedException"),
  /** Storage failed; the same command may be run again. */
  STORAGE(74, "dev.lockstep.train.store.StorageException"),
  /** The cluster failed; the same command may be run again. */
  CLUSTER(75, "dev.lockstep.spark.engine.ClusterException"),
  /** A checkpoint or model is corrupt. */
  INTEGRITY(
      76,
      "dev.lockstep.train.store.IntegrityException",
      "dev.lockstep.train.store.NewerFormatException"),
  /** The user may not do this. */
  NOT_PERMITTED(77, "dev.lockstep.train.store.NotPermittedException"),
  /** The configuration is wrong. */
  CONFIGURATION(78, "dev.lockstep.config.ConfigException"),
  /** The training left the finite numbers. */
  DIVERGED(80, "dev.lockstep.train.DivergedException"),
  /** Stopped by SIGTERM; a training has written a checkpoint. */
  STOPPED(143);

  private final int code;
  private final String[] exceptions;

  ExitCode(int code, String... exceptions) {
    this.code = code;
    this.exceptions = exceptions;
  }

  /** The number. */
  public int code() {
    return code;
  }

  /** The names of the exceptions that lead to it; names, because a task's may come as text only. */
  String[] exceptions() {
    return exceptions.clone();
  }

  /** The code to which an exception of this class name leads. */
  static Optional<ExitCode> ofException(String className) {
    return Arrays.stream(values())
        .filter(code -> Arrays.asList(code.exceptions).contains(className))
        .findFirst();
  }
}
