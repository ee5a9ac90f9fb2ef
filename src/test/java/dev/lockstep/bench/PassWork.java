package dev.lockstep.bench;

import dev.lockstep.data.Block;
import dev.lockstep.data.DenseRows;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** One pass over data that is larger than the caches: gradients, and a loop that only reads. */
@State(Scope.Thread)
public class PassWork {
  /** Dense: 448 MB. */
  static final int ROWS = 1_000_000;

  static final int FEATURES = 100;
  static final int SPARSE_FEATURES = 100_000;

  /** What is passed over. */
  @Param({"dense", "sparse"})
  public String kind;

  /** K. */
  @Param({"1", "8"})
  public int members;

  private List<Block> blocks;
  private KernelData.Cohort cohort;
  private int[][] words;

  /** The bytes of the data. */
  static double bytes(List<Block> blocks) {
    return blocks.stream().mapToDouble(Block::sizeBytes).sum();
  }

  static List<Block> blocks(String kind) {
    return kind.equals("dense")
        ? KernelData.dense(ROWS, FEATURES)
        : KernelData.sparse(ROWS, SPARSE_FEATURES);
  }

  /** Draws the rows. */
  @Setup
  public void draw() {
    blocks = blocks(kind);
    words = new int[0][];
    if (members == 0) {
      words = blocks.stream().map(b -> new int[(int) (b.sizeBytes() / 4)]).toArray(int[][]::new);
    } else {
      cohort = new KernelData.Cohort(blocks.get(0).features().columns(), members);
      cohort.warm(blocks.get(0));
    }
  }

  /** Gradients of all members. */
  @Benchmark
  public double fused(CpuTime time) {
    time.count();
    return cohort.add(blocks);
  }

  /** As many bytes, only read; eight sums, so that no addition waits for another. */
  @Benchmark
  public int read(CpuTime time) {
    time.count();
    int a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0;
    for (int[] each : words) {
      int whole = each.length / 8 * 8;
      for (int i = 0; i < whole; i += 8) {
        a += each[i];
        b += each[i + 1];
        c += each[i + 2];
        d += each[i + 3];
        e += each[i + 4];
        f += each[i + 5];
        g += each[i + 6];
        h += each[i + 7];
      }
    }
    return a + b + c + d + e + f + g + h;
  }

  /** The gradient of one member, the loops one would write first. */
  @Benchmark
  public double plain(CpuTime time) {
    time.count();
    float[] w = new float[FEATURES];
    float[] gradient = new float[FEATURES];
    double lossSum = 0;
    for (Block block : blocks) {
      DenseRows x = (DenseRows) block.features();
      for (int i = 0; i < x.rows(); i++) {
        lossSum +=
            PlainLoop.row(x.values(), i * x.stride(), block.labels()[i], w, gradient, 0, FEATURES);
      }
    }
    return lossSum + gradient[0];
  }
}
