package dev.lockstep.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Environment variables with which processes of tests start and prepare small data at half the
 * cost: the JVM's quick compiler alone, one thread for garbage, few partitions. None changes a bit
 * of a result, and what is compared with them was trained by this JVM, with both compilers.
 */
final class Thrift {
  private static final String DEFAULTS = "spark-defaults.conf";

  /** For every command that ends in a JVM of Spark. */
  static final Map<String, String> ENV =
      Map.of(
          "JDK_JAVA_OPTIONS",
          "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
          "SPARK_CONF_DIR",
          configuration().toString());

  private Thrift() {}

  /** What the assembled SPARK_HOME says of executors, for drivers that do not read it. */
  static Map<String, String> executors() {
    Properties all = new Properties();
    try (Reader reader = Files.newBufferedReader(Path.of(ENV.get("SPARK_CONF_DIR"), DEFAULTS))) {
      all.load(reader);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return all.stringPropertyNames().stream()
        .filter(name -> name.startsWith("spark.executor."))
        .collect(Collectors.toMap(name -> name, all::getProperty));
  }

  /** {@code classes} at the end of the class path of {@link #executors()}. */
  static Map<String, String> executorsWith(String classes) {
    String name = "spark.executor.extraClassPath";
    return Map.of(
        name,
        Stream.of(executors().get(name), classes)
            .filter(Objects::nonNull)
            .collect(Collectors.joining(":")));
  }

  /** The configuration of the assembled SPARK_HOME, and what is different for small runs. */
  private static Path configuration() {
    Path shipped = Path.of("conf");
    if (Files.exists(Launcher.JAR)) {
      Child.Outcome home =
          Child.start(Launcher.HOME, Map.of(), List.of("scripts/spark-home"))
              .await(Duration.ofMinutes(5));
      assertThat(home.exitCode()).as(home.text()).isZero();
      shipped = Path.of("target/spark/conf");
    }
    try {
      Path folder = Files.createDirectories(Path.of("target/thrift-conf").toAbsolutePath());
      for (String name : List.of("log4j2.properties", "metrics.properties", DEFAULTS)) {
        Files.copy(
            shipped.resolve(name), folder.resolve(name), StandardCopyOption.REPLACE_EXISTING);
      }
      Path fast = shipped.resolve("fast-starts.conf");
      Files.writeString(
          folder.resolve(DEFAULTS),
          "\n"
              + (Files.exists(fast) ? Files.readString(fast) : "")
              + "\nspark.sql.shuffle.partitions 2\nspark.ui.enabled false\n",
          StandardOpenOption.APPEND);
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
