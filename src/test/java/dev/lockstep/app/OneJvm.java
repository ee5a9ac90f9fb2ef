package dev.lockstep.app;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs several command lines one after the other in one JVM, for tests that need many trainings:
 * only the first pays for the start of the JVM and of Spark. Prints the exit code of each.
 */
public final class OneJvm {
  /** Between two command lines. */
  public static final String THEN = "--then";

  private OneJvm() {}

  /** Words of the command lines; {@code -Dkey=value} sets a property for its own line only. */
  public static void main(String[] words) {
    List<String> line = new ArrayList<>();
    for (String word : words) {
      if (word.equals(THEN)) {
        run(line);
        line.clear();
      } else {
        line.add(word);
      }
    }
    run(line);
    System.exit(0);
  }

  private static void run(List<String> line) {
    List<String> properties = line.stream().filter(word -> word.startsWith("-D")).toList();
    for (String property : properties) {
      int equals = property.indexOf('=');
      System.setProperty(property.substring(2, equals), property.substring(equals + 1));
    }
    String[] command =
        line.stream().filter(word -> !properties.contains(word)).toArray(String[]::new);
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    Lockstep.Exit exit = new Lockstep(out, System.err).execute(command);
    for (String property : properties) {
      System.clearProperty(property.substring(2, property.indexOf('=')));
    }
    out.println("exit code " + exit.code().code());
  }
}
