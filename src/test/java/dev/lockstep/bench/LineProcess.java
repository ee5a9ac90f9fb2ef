package dev.lockstep.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** A process that answers a line with a line, and ends when there are no more. */
final class LineProcess implements AutoCloseable {
  private final Process process;
  private final BufferedReader answers;
  private final PrintStream requests;

  /** Starts the process. */
  LineProcess(ProcessBuilder builder) throws IOException {
    process = builder.start();
    answers = process.inputReader(StandardCharsets.UTF_8);
    requests = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
  }

  /** Its next line; empty if it has ended. */
  Optional<String> read() {
    try {
      return Optional.ofNullable(answers.readLine());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The answer to a line. */
  String ask(String request) {
    requests.println(request);
    return read()
        .orElseThrow(() -> new IllegalStateException("a process ended at '" + request + "'"));
  }

  @Override
  public void close() {
    requests.close();
    process.onExit().join();
  }
}
