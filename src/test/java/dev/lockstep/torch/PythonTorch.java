package dev.lockstep.torch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** A Python that has PyTorch, where there is one: only tests ask it. */
public final class PythonTorch {
  private static final long LIMIT_SECONDS = 120;

  private PythonTorch() {}

  /** The command that starts it. */
  public static Optional<String> found() {
    for (String python : List.of("python3", "/usr/bin/python3")) {
      try {
        Process process =
            new ProcessBuilder(python, "-c", "import torch")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS) && process.exitValue() == 0) {
          return Optional.of(python);
        }
      } catch (IOException e) {
        continue; // there is no such command
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    return Optional.empty();
  }

  /**
   * Runs a program in a folder; what it prints. Without PyTorch the test is skipped.
   *
   * @param program the text of a Python file
   */
  public static String run(Path folder, String program, String... args) {
    String reason = "no python3 with torch: apt-get install python3-torch";
    Optional<String> python = found();
    if (python.isEmpty()) {
      System.out.println("skipped: " + reason);
    }
    Assumptions.assumeTrue(python.isPresent(), reason);
    try {
      Path file = Files.writeString(Files.createTempFile("program", ".py"), program);
      List<String> command = new ArrayList<>(List.of(python.get(), file.toString()));
      command.addAll(List.of(args));
      ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
      builder.environment().put("OMP_NUM_THREADS", "1");
      builder.environment().put("PYTHONPATH", folder.toString());
      Path errors = Files.createTempFile("program", ".err");
      Process process = builder.redirectError(errors.toFile()).start();
      String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor()).as("%s%s", out, Files.readString(errors)).isZero();
      return out;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
