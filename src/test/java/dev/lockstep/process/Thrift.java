package dev.lockstep.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Map;

/**
 * Environment variables with which processes of tests start and prepare small data at half the
 * cost: the JVM's quick compiler alone, one thread for garbage, few partitions. None changes a bit
 * of a result, and what is compared with them was trained by this JVM, with both compilers.
 */
final class Thrift {
  private static final Path CONF = Path.of("conf");

  /** For every command that ends in a JVM of Spark. */
  static final Map<String, String> ENV =
      Map.of(
          "JDK_JAVA_OPTIONS",
          "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
          "SPARK_CONF_DIR",
          configuration().toString());

  private Thrift() {}

  /** The configuration as it is shipped, and what is different for small runs. */
  private static Path configuration() {
    try {
      Path folder = Files.createDirectories(Path.of("target/thrift-conf").toAbsolutePath());
      for (String name : new String[] {"log4j2.properties", "metrics.properties", DEFAULTS}) {
        Files.copy(CONF.resolve(name), folder.resolve(name), StandardCopyOption.REPLACE_EXISTING);
      }
      Files.writeString(
          folder.resolve(DEFAULTS),
          "\nspark.sql.shuffle.partitions 2\nspark.ui.enabled false\n",
          StandardOpenOption.APPEND);
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static final String DEFAULTS = "spark-defaults.conf";
}
