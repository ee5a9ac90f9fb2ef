package dev.lockstep.app;

/**
 * How rounds reach the shards: {@code engine} of the run file.
 *
 * @param kind which engine
 */
public record EngineSettings(Kind kind) {
  /** The engine that suits the run. */
  public static final EngineSettings DEFAULTS = new EngineSettings(Kind.AUTO);

  /** The engines. */
  public enum Kind {
    /** What suits the run. */
    AUTO,
    /** A Spark job a step. */
    JOB
  }

  /** The engine that is taken, and why. */
  String describe() {
    String why = kind == Kind.AUTO ? " (auto: the only engine of this release)" : "";
    return "engine: job, one Spark job a step" + why;
  }
}
