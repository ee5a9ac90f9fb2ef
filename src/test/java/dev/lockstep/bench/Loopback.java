package dev.lockstep.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.DoubleSupplier;

/** What passes the loopback device, by its own counters: what a slower network would carry. */
final class Loopback {
  private static final Path DEVICES = Path.of("/proc/net/dev");

  private Loopback() {}

  /**
   * Steps that were taken.
   *
   * @param bytes what passed the device meanwhile
   */
  record Steps(double medianMillis, long bytes) {}

  /** Takes steps, each of which says its milliseconds. */
  static Steps steps(int count, DoubleSupplier millis) {
    long before = bytes();
    double[] each = new double[count];
    for (int i = 0; i < count; i++) {
      each[i] = millis.getAsDouble();
    }
    return new Steps(Figures.median(each), bytes() - before);
  }

  /** What it has received; 0 where the system does not tell. */
  static long bytes() {
    try {
      return Files.exists(DEVICES)
          ? Files.readAllLines(DEVICES).stream()
              .map(String::strip)
              .filter(line -> line.startsWith("lo:"))
              .mapToLong(line -> Long.parseLong(line.substring(3).strip().split("\\s+")[0]))
              .sum()
          : 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
