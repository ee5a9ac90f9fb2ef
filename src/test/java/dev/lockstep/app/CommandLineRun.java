package dev.lockstep.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lockstep.spark.SparkExit;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A command line that was run in this process, with a Spark application of its own.
 *
 * @param code the exit code
 * @param out standard output
 * @param err standard error, logs left out
 */
public record CommandLineRun(int code, String out, String err) {
  /** What makes small runs quick and changes no bits. */
  private static final Map<String, String> SMALL =
      Map.of("spark.ui.enabled", "false", "spark.sql.shuffle.partitions", "4");

  /** Runs a command line. */
  public static CommandLineRun of(String... args) {
    return with(Map.of(), args);
  }

  /** Runs a command of a run file on a master. */
  static CommandLineRun of(String command, Path runFile, String master, String... more) {
    Stream<String> head = Stream.of(command, runFile.toString(), "--master", master);
    return of(Stream.concat(head, Stream.of(more)).toArray(String[]::new));
  }

  /** What a run wrote into its output. */
  static JsonNode result(Path output) throws IOException {
    return new ObjectMapper().readTree(output.resolve("result.json").toFile());
  }

  /** Runs a command line under settings of Spark, as {@code --conf} of spark-submit gives them. */
  public static CommandLineRun with(Map<String, String> settings, String... args) {
    Map<String, String> all = new HashMap<>(SMALL);
    all.putAll(settings);
    SparkExit.stop();
    all.forEach(System::setProperty);
    try {
      return run(args);
    } finally {
      all.keySet().forEach(System::clearProperty);
    }
  }

  private static CommandLineRun run(String... args) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Lockstep lockstep =
        new Lockstep(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8));
    int code = lockstep.execute(args).code().code();
    return new CommandLineRun(
        code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  List<String> errorLines() {
    return err.lines().toList();
  }

  /** Both streams as one text. */
  public String text() {
    return out + err;
  }

  /** The last line of standard error. */
  public String last() {
    return errorLines().get(errorLines().size() - 1);
  }
}
