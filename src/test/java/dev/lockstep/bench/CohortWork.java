package dev.lockstep.bench;

import dev.lockstep.data.Block;
import dev.lockstep.data.DenseRows;
import dev.lockstep.glm.LinearModels;
import dev.lockstep.model.Model;
import dev.ludovic.netlib.blas.JavaBLAS;
import java.util.Arrays;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * The gradients of several members over one batch that is in the cache: ours; those of the squared
 * loss by netlib's VectorBLAS; and the loops one would write first.
 */
@State(Scope.Thread)
public class CohortWork {
  /** Rows of the batch. */
  static final int ROWS = 128;

  /** K. */
  @Param({"8", "32", "128"})
  public int members;

  /** d. */
  @Param({"128", "512"})
  public int features;

  private Block block;
  private float[] x;
  private float[] w;
  private float[] scores;
  private float[] gradients;

  /** What only our gradient needs: warm kernels. */
  @State(Scope.Thread)
  public static class Ours {
    /** Of which model. */
    @Param({"logistic", "linear"})
    public String model;

    private KernelData.Cohort cohort;

    /** Waits until the SIMD form is in charge. */
    @Setup
    public void warm(CohortWork work) {
      Model kind = LinearModels.REGISTRY.defaults(model);
      cohort = new KernelData.Cohort(kind, work.features, work.members);
      cohort.warm(work.block);
    }
  }

  /** Draws the rows. */
  @Setup
  public void draw() {
    block = KernelData.dense(ROWS, features).get(0);
    x = ((DenseRows) block.features()).values();
    w = KernelData.weights(members * features);
    scores = new float[members * ROWS];
    gradients = new float[members * features];
  }

  /** Scores, slopes, loss and gradients. */
  @Benchmark
  public double fused(Ours ours, CpuTime time) {
    time.count();
    return ours.cohort.add(block, 0, ROWS);
  }

  /** Scores, slopes s - y, and gradients. */
  @Benchmark
  public float vectorBlas(CpuTime time) {
    time.count();
    JavaBLAS blas = JavaBLAS.getInstance();
    int n = ROWS;
    int d = features;
    int k = members;
    // Column-major: x is [d, n], w [d, k], scores [k, n].
    blas.sgemm("T", "N", k, n, d, 1f, w, d, x, d, 0f, scores, k);
    for (int i = 0; i < n; i++) {
      float label = block.labels()[i];
      for (int v = i * k; v < (i + 1) * k; v++) {
        scores[v] -= label;
      }
    }
    blas.sgemm("N", "T", d, k, n, 1f, x, d, scores, k, 0f, gradients, d);
    return gradients[0];
  }

  /** The same row by row, with the logistic function of Math. */
  @Benchmark
  public float plain(CpuTime time) {
    time.count();
    Arrays.fill(gradients, 0f);
    for (int i = 0; i < ROWS; i++) {
      for (int k = 0; k < members; k++) {
        PlainLoop.row(x, i * features, block.labels()[i], w, gradients, k * features, features);
      }
    }
    return gradients[0];
  }
}
