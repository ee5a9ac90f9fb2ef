package dev.lockstep.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * A running command of a test. Its output is read as it comes; closing it kills it and all that it
 * started.
 */
public final class Child implements AutoCloseable {
  /**
   * How a command ended.
   *
   * @param exitCode its exit code; 128 + n if signal n ended it
   * @param out the lines of its standard output
   * @param err the lines of its standard error
   * @param took wall time from its start to its end
   */
  public record Outcome(int exitCode, List<String> out, List<String> err, Duration took) {
    /** Both streams as one text, standard output first. */
    public String text() {
      return String.join("\n", out) + "\n" + String.join("\n", err);
    }

    /** The last line that is not blank, of standard error if it has one, else of the output. */
    public String lastLine() {
      List<String> lines = new ArrayList<>(out);
      lines.addAll(err);
      return lines.stream().filter(line -> !line.isBlank()).reduce("", (a, b) -> b);
    }
  }

  private final Process process;
  private final List<String> command;
  private final long startNanos = System.nanoTime();
  private final List<String> out = new ArrayList<>();
  private final List<String> err = new ArrayList<>();
  private final List<Thread> readers;

  private Child(Process process, List<String> command) {
    this.process = process;
    this.command = command;
    this.readers =
        List.of(read(process.getInputStream(), out), read(process.getErrorStream(), err));
  }

  /** Starts {@code command} in {@code folder} with {@code env} added to this JVM's environment. */
  public static Child start(Path folder, Map<String, String> env, List<String> command) {
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.environment().putAll(env);
    builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
    try {
      return new Child(builder.start(), List.copyOf(command));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start " + command, e);
    }
  }

  /** The process id: of the launcher's JVM too, since the scripts replace themselves by it. */
  public long pid() {
    return process.pid();
  }

  /** True until the process has ended. */
  public boolean isAlive() {
    return process.isAlive();
  }

  /** The lines of both streams so far, standard output first. */
  public synchronized List<String> lines() {
    List<String> all = new ArrayList<>(out);
    all.addAll(err);
    return all;
  }

  /**
   * Waits until a line of either stream holds a match of {@code regex}, and returns that line.
   *
   * @throws AssertionError if the process ends first or {@code limit} passes
   */
  public synchronized String awaitLine(String regex, Duration limit) {
    Pattern pattern = Pattern.compile(regex);
    long end = System.nanoTime() + limit.toNanos();
    while (true) {
      boolean ended = readers.stream().noneMatch(Thread::isAlive);
      for (String line : lines()) {
        if (pattern.matcher(line).find()) {
          return line;
        }
      }
      long leftMillis = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
      if (ended || leftMillis <= 0) {
        throw new AssertionError(
            (ended ? "ended" : "no line") + " before a match of " + regex + " came: " + told());
      }
      try {
        wait(Math.min(leftMillis, 200));
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /**
   * Waits for the end.
   *
   * @throws AssertionError if {@code limit} passes first; the process is killed then
   */
  public Outcome await(Duration limit) {
    try {
      if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        close();
        throw new AssertionError("still running after " + limit + ": " + told());
      }
      Duration took = Duration.ofNanos(System.nanoTime() - startNanos);
      for (Thread reader : readers) {
        reader.join(5000);
      }
      synchronized (this) {
        return new Outcome(process.exitValue(), List.copyOf(out), List.copyOf(err), took);
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Sends SIGTERM; through the handle, since the process's own method would close the output that
   * is still to be read.
   */
  public void terminate() {
    process.toHandle().destroy();
  }

  /** Sends a signal that Java has no method for, as {@code STOP} or {@code CONT}. */
  static void signal(String name, ProcessHandle process) {
    List<String> command = List.of("kill", "-" + name, "" + process.pid());
    try (Child kill = start(Launcher.HOME, Map.of(), command)) {
      Outcome outcome = kill.await(Duration.ofSeconds(30));
      if (outcome.exitCode() != 0) {
        throw new AssertionError(command + ": " + outcome.text());
      }
    }
  }

  /** Sends SIGKILL to this process alone. */
  public void kill() {
    process.toHandle().destroyForcibly();
  }

  /** Kills the process and its descendants. */
  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }

  private synchronized String told() {
    return String.join(" ", command) + "\n" + String.join("\n", lines());
  }

  private Thread read(InputStream stream, List<String> into) {
    Thread thread =
        new Thread(
            () -> {
              try (BufferedReader reader =
                  new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
                for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                  synchronized (this) {
                    into.add(line);
                    notifyAll();
                  }
                }
              } catch (IOException e) {
                // The stream of a killed process: what came before counts.
                synchronized (this) {
                  notifyAll();
                }
              }
            },
            "output of a child");
    thread.setDaemon(true);
    thread.start();
    return thread;
  }
}
