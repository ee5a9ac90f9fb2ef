package dev.lockstep.train;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Data sets that lie beside the project and are not part of it. */
final class SharedData {
  private SharedData() {}

  /**
   * A path below {@code LOCKSTEP_DATA} or {@code ../shared/data}; skips the test if it is absent.
   */
  static Path require(String path) {
    Path root =
        Path.of(Optional.ofNullable(System.getenv("LOCKSTEP_DATA")).orElse("../shared/data"));
    Path wanted = root.resolve(path);
    if (!Files.exists(wanted)) {
      System.out.println(
          "Skipped: no " + wanted + "; set LOCKSTEP_DATA to the folder that holds it");
    }
    assumeTrue(Files.exists(wanted), "no " + wanted);
    return wanted;
  }
}
