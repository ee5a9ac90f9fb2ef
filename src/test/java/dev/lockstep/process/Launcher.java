package dev.lockstep.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** Runs {@code scripts/lockstep} with the jar that Maven packaged, as a process of its own. */
public final class Launcher {
  /** The project's folder. */
  public static final Path HOME = Path.of("").toAbsolutePath();

  /** The uber jar, there from the package phase on. */
  public static final Path JAR = HOME.resolve("target/lockstep.jar");

  private static final Map<String, String> QUIET =
      Map.of("LOCKSTEP_BUILD", "never", "LOCKSTEP_DRIVER_MEMORY", "1g");

  private Launcher() {}

  /** Starts {@code scripts/lockstep args} in {@code folder}. */
  public static Child lockstep(Path folder, String... args) {
    return lockstep(folder, Map.of(), args);
  }

  /** Starts {@code scripts/lockstep args} in {@code folder} with more environment variables. */
  public static Child lockstep(Path folder, Map<String, String> env, String... args) {
    requireJar();
    List<String> command = new ArrayList<>(List.of(HOME.resolve("scripts/lockstep").toString()));
    command.addAll(List.of(args));
    Map<String, String> all = new HashMap<>(Thrift.ENV);
    all.putAll(QUIET);
    all.putAll(env);
    return Child.start(folder, all, command);
  }

  /** Skips the test if nothing was packaged, fails it if what was packaged is old. */
  public static void requireJar() {
    Assumptions.assumeTrue(
        Files.exists(JAR), JAR + " is missing: run mvn -DskipTests package, or mvn verify");
    try (Stream<Path> classes = Files.walk(HOME.resolve("target/classes"))) {
      long newest =
          classes.filter(Files::isRegularFile).mapToLong(Launcher::modifiedMillis).max().orElse(0);
      assertThat(modifiedMillis(JAR))
          .as("%s is older than the classes: run mvn -DskipTests package", JAR)
          .isGreaterThanOrEqualTo(newest);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long modifiedMillis(Path file) {
    return file.toFile().lastModified();
  }
}
