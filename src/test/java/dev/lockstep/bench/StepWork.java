package dev.lockstep.bench;

import dev.lockstep.data.Batch;
import dev.lockstep.data.Block;
import dev.lockstep.data.Schema;
import dev.lockstep.glm.LinearModel;
import dev.lockstep.glm.Logistic;
import dev.lockstep.loss.Loss;
import dev.lockstep.math.RandomKey;
import dev.lockstep.math.SumTree;
import dev.lockstep.model.GradientSum;
import dev.lockstep.model.Parameters;
import dev.lockstep.model.Replica;
import java.util.ArrayList;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * What the same bits cost: the gradient of a batch over four shards, summed along the fixed tree,
 * with our own exponential; and all rows into one sum, with the exponential of Math.
 */
@State(Scope.Thread)
public class StepWork {
  private static final int ROWS = 256;
  private static final int FEATURES = 1000;
  private static final int SHARDS = 4;
  private static final RandomKey KEY = RandomKey.of(1);
  private static final Schema SCHEMA =
      new Schema(List.of(), FEATURES, List.of("y"), List.of("no", "yes"));

  private Block block;
  private Parameters params;
  private Replica replica;
  private Replica free;

  /** Draws the rows, and waits until the SIMD form is in charge. */
  @Setup
  public void draw() {
    block = KernelData.dense(ROWS, FEATURES).get(0);
    new KernelData.Cohort(FEATURES, 1).warm(block);
    int size = Logistic.DEFAULTS.layout(SCHEMA).size();
    params = new Parameters(1, size, KernelData.weights(size));
    replica = Logistic.DEFAULTS.open(SCHEMA);
    free = new MathLogistic().open(SCHEMA);
  }

  /** As we do. */
  @Benchmark
  public float inOrder(CpuTime time) {
    time.count();
    List<GradientSum> sums = new ArrayList<>();
    for (int s = 0; s < SHARDS; s++) {
      GradientSum sum = new GradientSum(1, params.size(), false);
      Batch batch = new Batch(block, s * ROWS / SHARDS, (s + 1) * ROWS / SHARDS);
      replica.accumulate(params, batch, KEY, sum);
      sums.add(sum);
    }
    return SumTree.combine(sums, GradientSum::add).gradients()[0];
  }

  /** As one may where the bits do not matter. */
  @Benchmark
  public float anyOrder(CpuTime time) {
    time.count();
    GradientSum sum = new GradientSum(1, params.size(), false);
    free.accumulate(params, Batch.of(block), KEY, sum);
    return sum.gradients()[0];
  }

  /** Logistic regression with the functions of Math. */
  private record MathLogistic() implements LinearModel {
    @Override
    public boolean intercept() {
      return true;
    }

    @Override
    public Loss loss() {
      return new MathLoss();
    }

    @Override
    public int outputs(Schema schema) {
      return 1;
    }
  }

  private record MathLoss() implements Loss {
    @Override
    public Task task() {
      return Task.BINARY;
    }

    @Override
    public boolean probabilistic() {
      return true;
    }

    @Override
    public double slopes(
        float[] scores, int outputs, float[] labels, int labelRow, float[] weights, int rows) {
      double lossSum = 0;
      for (int i = 0; i < rows; i++) {
        float sign = 1 - 2 * labels[labelRow + i];
        double e = Math.exp(-Math.abs(scores[i]));
        double margin = sign * scores[i];
        lossSum += weights[i] * (Math.log1p(e) + Math.max(margin, 0));
        scores[i] = (float) (weights[i] * sign * (margin > 0 ? 1 : e) / (1 + e));
      }
      return lossSum;
    }

    @Override
    public void predictions(float[] scores, int outputs, int rows) {
      throw new UnsupportedOperationException("only slopes are measured");
    }
  }
}
