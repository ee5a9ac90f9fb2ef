package dev.lockstep.config;

import java.util.List;

/** The user's configuration is wrong; holds all problems at once. */
public final class ConfigException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final List<String> problems;

  /** One problem, in one sentence: where, what it is, what it must be. */
  public ConfigException(String problem) {
    this(List.of(problem));
  }

  /** All problems, in the order of the file. */
  public ConfigException(List<String> problems) {
    super(String.join("\n", problems));
    this.problems = List.copyOf(problems);
  }

  /** The problems, a sentence each. */
  public List<String> problems() {
    return problems;
  }
}
