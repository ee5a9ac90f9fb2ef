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
import dev.lockstep.model.Model;
import dev.lockstep.model.Parameters;
import dev.lockstep.model.Replica;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntFunction;

/** Blocks of random rows, and gradients of logistic regression over them. */
final class KernelData {
  static final int BLOCK_ROWS = 4096;
  static final int NONZEROS = 30;
  private static final RandomKey KEY = RandomKey.of(1);

  private KernelData() {}

  static List<Block> dense(int rows, int features) {
    return blocks(rows, n -> denseRows(n, features));
  }

  static List<Block> sparse(int rows, int features) {
    return blocks(rows, n -> sparseRows(n, features));
  }

  private static List<Block> blocks(int rows, IntFunction<Features> make) {
    List<Block> blocks = new ArrayList<>();
    for (int from = 0; from < rows; from += BLOCK_ROWS) {
      int n = Math.min(BLOCK_ROWS, rows - from);
      SplittableRandom random = new SplittableRandom(from);
      float[] labels = new float[n];
      for (int i = 0; i < n; i++) {
        labels[i] = random.nextInt(2);
      }
      blocks.add(new Block(make.apply(n), labels, 1, new float[0], new float[0], new byte[0]));
    }
    return blocks;
  }

  private static DenseRows denseRows(int rows, int features) {
    int stride = DenseRows.strideOf(features);
    float[] values = new float[rows * stride];
    SplittableRandom random = new SplittableRandom(rows);
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < features; j++) {
        values[i * stride + j] = (float) random.nextDouble() - 0.5f;
      }
    }
    return new DenseRows(values, rows, features, stride);
  }

  private static SparseRows sparseRows(int rows, int features) {
    int[] starts = new int[rows + 1];
    int[] indices = new int[rows * NONZEROS];
    float[] values = new float[rows * NONZEROS];
    SplittableRandom random = new SplittableRandom(rows);
    for (int i = 0; i < rows; i++) {
      starts[i + 1] = starts[i] + NONZEROS;
      for (int p = starts[i]; p < starts[i + 1]; p++) {
        indices[p] = random.nextInt(features);
        values[p] = (float) random.nextDouble() - 0.5f;
      }
      Arrays.sort(indices, starts[i], starts[i + 1]);
    }
    return new SparseRows(starts, indices, values, features);
  }

  /** Random weights. */
  static float[] weights(int count) {
    SplittableRandom random = new SplittableRandom(count);
    float[] weights = new float[count];
    for (int i = 0; i < count; i++) {
      weights[i] = (float) (random.nextDouble() - 0.5) / 10;
    }
    return weights;
  }

  /** Members of one cohort and the sum of their gradients. */
  static final class Cohort {
    private final Parameters params;
    private final Replica replica;
    private final GradientSum sum;

    Cohort(int features, int members) {
      this(Logistic.DEFAULTS, features, members);
    }

    Cohort(Model model, int features, int members) {
      List<String> classes = model == Logistic.DEFAULTS ? List.of("no", "yes") : List.of();
      Schema schema = new Schema(List.of(), features, List.of("y"), classes);
      int size = model.layout(schema).size();
      this.params = new Parameters(members, size, weights(members * size));
      this.replica = model.open(schema);
      this.sum = new GradientSum(members, size, false);
    }

    /** Adds the gradients of all rows; does so until the SIMD form is in charge. */
    void warm(Block block) {
      if (ModuleLayer.boot().findModule("jdk.incubator.vector").isEmpty()) {
        throw new IllegalStateException("no module jdk.incubator.vector");
      }
      while (!Kernels.best(0).vectorized()) {
        add(block, 0, block.rows());
      }
    }

    double add(Block block, int from, int to) {
      replica.accumulate(params, new Batch(block, from, to), KEY, sum);
      return sum.lossSums()[0];
    }

    /** As a shard adds its blocks. */
    double add(List<Block> blocks) {
      double last = 0;
      replica.begin(sum);
      for (Block block : blocks) {
        last = add(block, 0, block.rows());
      }
      replica.finish(sum);
      return last;
    }
  }
}
