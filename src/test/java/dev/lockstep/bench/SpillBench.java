package dev.lockstep.bench;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.util.List;

/**
 * Steps over data four times the heap against the same steps where the heap is ample: Adam on
 * logistic regression, engine {@code gang}, {@code local[2]}; microseconds, medians, in turn. Each
 * side is a process of its own, with the same settings but for the heap. Before any measurement
 * both go through all rows once for each batch size, so that the files are in the page cache as far
 * as memory allows: how much storage was read for during the measurement is printed, and must be
 * next to nothing for the figures to mean what they say. Both must come to the same parameters.
 *
 * <p>Usage: {@code SpillBench [--rows N] [--features D] [--small HEAP] [--ample HEAP] [--runs R]
 * [--json FILE]}; the defaults are 2 GiB of rows and 512 MiB of heap, the least that Spark takes.
 */
public final class SpillBench {
  private static final int[] BATCH_SIZES = {1024, 4096};
  private static final double MEBIBYTE = 1 << 20;

  private SpillBench() {}

  /** Runs the benchmark. */
  public static void main(String[] args) throws IOException {
    int rows = Figures.number("--rows", 524_288, args);
    int features = Figures.number("--features", 999, args);
    int runs = Figures.number("--runs", 5, args);
    Figures figures = new Figures();
    try (LineProcess files = side(Figures.option("--small", args).orElse("512m"), rows, features);
        LineProcess heap = side(Figures.option("--ample", args).orElse("8g"), rows, features)) {
      System.out.println("small heap: " + files.read().orElse("failed"));
      System.out.println("ample heap: " + heap.read().orElse("failed"));
      for (int batchSize : BATCH_SIZES) {
        compare(files, heap, batchSize, rows, runs, figures);
      }
    }
    figures.write(args);
  }

  private static void compare(
      LineProcess files, LineProcess heap, int batchSize, int rows, int runs, Figures figures) {
    String epoch = batchSize + " " + (rows + batchSize - 1) / batchSize;
    String[] warm = files.ask(epoch).split(" ");
    if (!warm[1].equals(heap.ask(epoch).split(" ")[1])) {
      throw new IllegalStateException("parameters differ between files and heap");
    }
    long[] storageBytes = new long[1];
    double[] medians =
        Figures.inTurn(
            runs,
            () -> {
              String[] answer = files.ask(epoch).split(" ");
              storageBytes[0] += Long.parseLong(answer[2]);
              return Double.parseDouble(answer[0]);
            },
            () -> Double.parseDouble(heap.ask(epoch).split(" ")[0]));
    System.out.printf("storage read for: %.1f MiB%n", storageBytes[0] / MEBIBYTE);
    figures.print("step_us_of_" + batchSize + "_rows_from_files", medians[0], medians[1]);
  }

  private static LineProcess side(String heap, int rows, int features) throws IOException {
    List<String> command = JavaCommand.of(heap, SpillSide.class, "" + rows, "" + features);
    return new LineProcess(new ProcessBuilder(command).redirectError(Redirect.INHERIT));
  }
}
