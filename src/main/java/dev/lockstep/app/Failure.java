package dev.lockstep.app;

import dev.lockstep.config.ConfigException;
import dev.lockstep.config.Redaction;
import dev.lockstep.spark.engine.ClusterFailures;
import dev.lockstep.spark.source.ReaderFailures;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a failure means to the user: an exit code, its root cause in one sentence, and every problem
 * where there are several.
 *
 * @param code the exit code
 * @param sentence the root cause, on one line, without secrets
 * @param problems all of them where the configuration has several; empty otherwise
 */
public record Failure(ExitCode code, String sentence, List<String> problems) {
  private static final int DEEPEST = 50;
  private static final int LONGEST = 1000;
  private static final Pattern OURS_IN_TEXT =
      Pattern.compile("(dev\\.lockstep\\.[A-Za-z0-9_.]+Exception): ([^\\r\\n]*)");
  private static final String MAX_RESULT = "is bigger than spark.driver.maxResultSize";

  /** Copies the problems. */
  public Failure {
    problems = List.copyOf(problems);
  }

  /** The meaning of what was thrown, found anywhere in its chain of causes or in their texts. */
  public static Failure of(Throwable thrown) {
    List<Throwable> chain = chain(thrown);
    for (int i = chain.size() - 1; i >= 0; i--) {
      Optional<Failure> ours = known(chain.get(i));
      if (ours.isPresent()) {
        return ours.get();
      }
    }
    return inText(chain).or(() -> ofOthers(chain)).orElseGet(() -> bug(chain));
  }

  private static List<Throwable> chain(Throwable thrown) {
    List<Throwable> chain = new ArrayList<>();
    for (Throwable t = thrown; t != null && chain.size() < DEEPEST; t = t.getCause()) {
      chain.add(t);
    }
    return chain;
  }

  private static Optional<Failure> known(Throwable thrown) {
    if (thrown instanceof UsageException) {
      return Optional.of(simple(ExitCode.USAGE, thrown.getMessage()));
    }
    if (thrown instanceof ConfigException config && config.problems().size() > 1) {
      List<String> problems = config.problems().stream().map(Failure::line).toList();
      String sentence =
          "%d problems in the configuration, the first: %s"
              .formatted(problems.size(), problems.get(0));
      return Optional.of(new Failure(ExitCode.CONFIGURATION, sentence, problems));
    }
    return ExitCode.ofException(thrown.getClass().getName())
        .map(code -> simple(code, thrown.getMessage()));
  }

  /**
   * A task's exception may arrive as the text of its stack trace only: the last one is the root.
   */
  private static Optional<Failure> inText(List<Throwable> chain) {
    Optional<Failure> found = Optional.empty();
    for (Throwable thrown : chain) {
      Matcher ours = OURS_IN_TEXT.matcher(String.valueOf(thrown.getMessage()));
      while (ours.find()) {
        String sentence = ours.group(2);
        Optional<ExitCode> code = ExitCode.ofException(ours.group(1));
        if (code.isPresent()) {
          found = Optional.of(simple(code.get(), sentence));
        }
      }
    }
    return found;
  }

  private static Optional<Failure> ofOthers(List<Throwable> chain) {
    for (Throwable thrown : chain) {
      String name = thrown.getClass().getName();
      String said = firstLine(thrown);
      if (name.startsWith("org.apache.spark") && ClusterFailures.tellsOfMemory(said)) {
        return Optional.of(
            simple(ExitCode.CLUSTER, ClusterFailures.outOfMemory(thrown).getMessage()));
      }
      if (ofSpark(thrown) && ClusterFailures.tells(said)) {
        return Optional.of(
            simple(ExitCode.CLUSTER, "the cluster failed (" + said + "); run the command again"));
      }
      if (name.endsWith(".AccessControlException") || name.endsWith(".AccessDeniedException")) {
        return Optional.of(simple(ExitCode.NOT_PERMITTED, "not permitted: " + said));
      }
      if (thrown instanceof ClassNotFoundException && said.endsWith("FileSystem not found")) {
        return Optional.of(
            simple(
                ExitCode.CONFIGURATION,
                "the file system of a URI is not here ("
                    + said
                    + "); add its jars, for s3a: with --packages org.apache.hadoop:hadoop-aws:3.4.2"));
      }
      if (said.contains(MAX_RESULT)) {
        return Optional.of(
            simple(ExitCode.CONFIGURATION, "raise spark.driver.maxResultSize: " + said));
      }
      if (name.endsWith(".AnalysisException") || name.endsWith(".ParseException")) {
        return Optional.of(simple(ExitCode.CONFIGURATION, "Spark refused a query: " + said));
      }
      if (said.startsWith("Could not parse Master URL")) {
        return Optional.of(simple(ExitCode.CONFIGURATION, "spark.master: " + said));
      }
    }
    return ofFiles(chain.get(chain.size() - 1));
  }

  /** Whether Spark may have thrown it: where an application has ended, it does so by Java's own. */
  private static boolean ofSpark(Throwable thrown) {
    return thrown.getClass().getName().startsWith("org.apache.spark")
        || thrown instanceof IllegalStateException;
  }

  private static Optional<Failure> ofFiles(Throwable root) {
    if (ReaderFailures.ofLocalPermission(root)) {
      return Optional.of(simple(ExitCode.NOT_PERMITTED, "not permitted: " + firstLine(root)));
    }
    if (root instanceof FileNotFoundException || root instanceof NoSuchFileException) {
      return Optional.of(simple(ExitCode.INPUT_MISSING, "there is no file " + firstLine(root)));
    }
    if (root instanceof IOException || root instanceof UncheckedIOException) {
      String said = root.getClass().getSimpleName() + ": " + firstLine(root);
      return Optional.of(
          simple(ExitCode.STORAGE, "reading or writing failed (" + said + "); run it again"));
    }
    return Optional.empty();
  }

  private static Failure bug(List<Throwable> chain) {
    Throwable root = chain.get(chain.size() - 1);
    if (root instanceof OutOfMemoryError) {
      return simple(
          ExitCode.INTERNAL,
          "the driver ran out of memory (" + firstLine(root) + "); give it more: --driver-memory");
    }
    StackTraceElement[] trace = root.getStackTrace();
    String place = trace.length == 0 ? "" : " at " + trace[0];
    return simple(
        ExitCode.INTERNAL,
        "internal error: " + root.getClass().getSimpleName() + ": " + firstLine(root) + place);
  }

  private static Failure simple(ExitCode code, String message) {
    return new Failure(code, line(String.valueOf(message)), List.of());
  }

  private static String firstLine(Throwable thrown) {
    return String.valueOf(thrown.getMessage()).lines().findFirst().orElse("");
  }

  /** On one line, of bearable length, without secrets. */
  private static String line(String text) {
    String line = Redaction.text(Redaction.printable(text.strip()));
    return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "...";
  }
}
