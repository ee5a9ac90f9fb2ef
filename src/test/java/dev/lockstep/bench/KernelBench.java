package dev.lockstep.bench;

import dev.lockstep.data.Batch;
import dev.lockstep.data.Block;
import dev.lockstep.data.DenseRows;
import dev.lockstep.data.Features;
import dev.lockstep.data.Schema;
import dev.lockstep.data.SparseRows;
import dev.lockstep.glm.Logistic;
import dev.lockstep.math.Kernels;
import dev.lockstep.math.RandomKey;
import dev.lockstep.model.GradientSum;
import dev.lockstep.model.Parameters;
import dev.lockstep.model.Replica;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;

/**
 * The speed of linear models' gradients on one core, against a loop that only reads the same bytes
 * and against the loop one would write first. Prints {@code name value peer ratio} lines; medians
 * of several runs, in CPU time of the thread.
 *
 * <p>Usage: {@code KernelBench [rows] [features]}.
 */
public final class KernelBench {
  private static final int BLOCK_ROWS = 4096;
  private static final int RUNS = 9;
  private static final int NONZEROS = 30;
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final RandomKey KEY = RandomKey.of(1);

  /** Something that is timed; its result keeps the compiler from dropping it. */
  private interface Work {
    double run();
  }

  private KernelBench() {}

  /** Runs all benchmarks. */
  public static void main(String[] args) {
    int rows = args.length > 0 ? Integer.parseInt(args[0]) : 1_000_000;
    int features = args.length > 1 ? Integer.parseInt(args[1]) : 100;
    dense(rows, features);
    if (!Kernels.best(0).vectorized()) {
      throw new IllegalStateException("the SIMD kernels never took over");
    }
    cohort(rows / 10, features, 27);
    sparse(rows, 100_000);
  }

  private static void dense(int rows, int features) {
    List<Block> blocks = blocks(rows, n -> denseRows(n, features));
    double bytes = blocks.stream().mapToDouble(Block::sizeBytes).sum();
    double flops = 4.0 * rows * features;
    double fused = seconds(() -> gradient(blocks, features, 1));
    int[][] words =
        blocks.stream().map(b -> new int[(int) (b.sizeBytes() / 4)]).toArray(int[][]::new);
    double read = seconds(() -> read(words));
    double plain = seconds(() -> plain(blocks, features));
    print("dense_read_GB/s", bytes / fused / 1e9, bytes / read / 1e9);
    print("dense_plain_GFLOP/s", flops / fused / 1e9, flops / plain / 1e9);
  }

  private static void cohort(int rows, int features, int members) {
    List<Block> blocks = blocks(rows, n -> denseRows(n, features));
    double one = seconds(() -> gradient(blocks, features, 1));
    double all = seconds(() -> gradient(blocks, features, members));
    double flops = 4.0 * rows * features;
    print("cohort_" + members + "_GFLOP/s", members * flops / all / 1e9, flops / one / 1e9);
  }

  private static void sparse(int rows, int features) {
    List<Block> blocks = blocks(rows, n -> sparseRows(n, features));
    double bytes = blocks.stream().mapToDouble(Block::sizeBytes).sum();
    double fused = seconds(() -> gradient(blocks, features, 1));
    int[][] words =
        blocks.stream().map(b -> new int[(int) (b.sizeBytes() / 4)]).toArray(int[][]::new);
    double read = seconds(() -> read(words));
    print("sparse_read_GB/s", bytes / fused / 1e9, bytes / read / 1e9);
    print("sparse_ns_per_nonzero", fused / rows / NONZEROS * 1e9, read / rows / NONZEROS * 1e9);
  }

  private static void print(String name, double value, double peer) {
    System.out.printf(Locale.ROOT, "%s %.3f %.3f %.3f%n", name, value, peer, value / peer);
  }

  /** The median time of a run, after as many runs to warm up. */
  private static double seconds(Work work) {
    double[] times = new double[RUNS];
    double kept = 0;
    for (int run = -RUNS; run < RUNS; run++) {
      long start = THREADS.getCurrentThreadCpuTime();
      kept += work.run();
      times[Math.max(0, run)] = (THREADS.getCurrentThreadCpuTime() - start) / 1e9;
    }
    if (kept == 42) {
      System.out.println();
    }
    Arrays.sort(times);
    return times[RUNS / 2];
  }

  private static double gradient(List<Block> blocks, int features, int members) {
    Schema schema = new Schema(List.of(), features, List.of("y"), List.of("no", "yes"));
    int size = Logistic.DEFAULTS.layout(schema).size();
    float[] values = new float[members * size];
    Arrays.fill(values, 0.01f);
    Parameters params = new Parameters(members, size, values);
    GradientSum sum = new GradientSum(members, size, false);
    try (Replica replica = Logistic.DEFAULTS.open(schema)) {
      for (Block block : blocks) {
        replica.accumulate(params, Batch.of(block), KEY, sum);
        sum.closeBlock();
      }
    }
    return sum.lossSums()[0] + sum.gradients()[0];
  }

  private static double read(int[][] blocks) {
    int sum = 0;
    for (int[] words : blocks) {
      for (int i = 0; i < words.length; i++) {
        sum += words[i];
      }
    }
    return sum;
  }

  /** Row by row: dot product, exp, gradient. */
  private static double plain(List<Block> blocks, int features) {
    float[] w = new float[features];
    Arrays.fill(w, 0.01f);
    float[] gradient = new float[features];
    double lossSum = 0;
    for (Block block : blocks) {
      DenseRows x = (DenseRows) block.features();
      for (int i = 0; i < x.rows(); i++) {
        lossSum += plainRow(x.values(), i * x.stride(), block.labels()[i], w, gradient);
      }
    }
    return lossSum + gradient[0];
  }

  private static double plainRow(float[] x, int row, float label, float[] w, float[] gradient) {
    float score = 0;
    for (int j = 0; j < w.length; j++) {
      score += x[row + j] * w[j];
    }
    double e = Math.exp(-score);
    float slope = (float) (1 / (1 + e) - label);
    for (int j = 0; j < w.length; j++) {
      gradient[j] += slope * x[row + j];
    }
    return Math.log1p(e) + (1 - label) * score;
  }

  private interface MakeRows {
    Features of(int rows);
  }

  private static List<Block> blocks(int rows, MakeRows make) {
    List<Block> blocks = new ArrayList<>();
    for (int from = 0; from < rows; from += BLOCK_ROWS) {
      int n = Math.min(BLOCK_ROWS, rows - from);
      RandomGenerator random = KEY.child(from).generator();
      float[] labels = new float[n];
      for (int i = 0; i < n; i++) {
        labels[i] = random.nextInt(2);
      }
      blocks.add(new Block(make.of(n), labels, 1, new float[0], new float[0], new byte[0]));
    }
    return blocks;
  }

  private static DenseRows denseRows(int rows, int features) {
    int stride = DenseRows.strideOf(features);
    float[] values = new float[rows * stride];
    RandomGenerator random = KEY.child(rows).generator();
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < features; j++) {
        values[i * stride + j] = random.nextFloat() - 0.5f;
      }
    }
    return new DenseRows(values, rows, features, stride);
  }

  private static SparseRows sparseRows(int rows, int features) {
    int[] starts = new int[rows + 1];
    int[] indices = new int[rows * NONZEROS];
    float[] values = new float[rows * NONZEROS];
    RandomGenerator random = KEY.child(rows).generator();
    for (int i = 0; i < rows; i++) {
      starts[i + 1] = starts[i] + NONZEROS;
      for (int p = starts[i]; p < starts[i + 1]; p++) {
        indices[p] = random.nextInt(features);
        values[p] = random.nextFloat() - 0.5f;
      }
      Arrays.sort(indices, starts[i], starts[i + 1]);
    }
    return new SparseRows(starts, indices, values, features);
  }
}
