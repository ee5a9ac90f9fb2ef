package dev.lockstep.bench;

import dev.lockstep.data.Batch;
import dev.lockstep.data.Block;
import dev.lockstep.data.Schema;
import dev.lockstep.glm.Logistic;
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
 * What the same bits cost: the gradient of a batch over four shards, each into a sum of its own,
 * which are added along the fixed tree, with lanes folded in a fixed order and our own exponential;
 * and the same by {@link AnyOrder}.
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
  private final AnyOrder anyOrder = new AnyOrder();

  /** Draws the rows, and waits until the SIMD form is in charge. */
  @Setup
  public void draw() {
    block = KernelData.dense(ROWS, FEATURES).get(0);
    new KernelData.Cohort(FEATURES, 1).warm(block);
    int size = Logistic.DEFAULTS.layout(SCHEMA).size();
    params = new Parameters(1, size, KernelData.weights(size));
    replica = Logistic.DEFAULTS.open(SCHEMA);
    CpuTime unused = new CpuTime();
    float ours = inOrder(unused);
    float others = anyOrder(unused);
    if (Math.abs(ours - others) > 1e-3) {
      throw new IllegalStateException("gradients differ: " + ours + " and " + others);
    }
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
    float[] gradient = new float[params.size()];
    anyOrder.add(block, params.values(), gradient);
    return gradient[0];
  }
}
