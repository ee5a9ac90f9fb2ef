package dev.lockstep.bench;

import dev.lockstep.data.Layout;
import dev.lockstep.optim.Adam;
import dev.lockstep.optim.GradientTransforms;
import dev.lockstep.optim.Update;
import dev.lockstep.optim.Updates;
import java.util.Optional;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** A step of Adam from the sum of gradients on, and a loop that moves as many bytes. */
@State(Scope.Thread)
public class UpdateWork {
  /** The sum is read; parameters and two moments are read and written. */
  static final int FLOATS_MOVED = 7;

  private static final int SPAN = 1 << 16;

  /** P. */
  @Param({"1000", "10000000"})
  public int size;

  private float[] sums;
  private Update update;
  private GradientTransforms clip;
  private long steps;
  private float[] a;
  private float[] b;
  private float[] c;

  /** Draws the gradient, and waits until the SIMD form is in charge. */
  @Setup
  public void draw() {
    KernelData.Cohort cohort = new KernelData.Cohort(100, 1);
    cohort.warm(KernelData.dense(256, 100).get(0));
    sums = KernelData.weights(size);
    float[] params = KernelData.weights(size);
    Layout layout = Layout.empty().with("weight", true, size);
    update = Update.first(Adam.DEFAULTS, params, layout, 0);
    clip = new GradientTransforms(Optional.of(1.0), Optional.empty(), 1);
    // A triad moves three floats for each place.
    int places = size * FLOATS_MOVED / 3;
    a = new float[places];
    b = KernelData.weights(places);
    c = KernelData.weights(places);
  }

  /**
   * Mean, norm, clip, l2, Adam; so slow that no gradient vanishes, as none does on real batches.
   */
  @Benchmark
  public double adam(CpuTime time) {
    time.count();
    Update now = update.at(++steps, 1e-9);
    double norm = Updates.meanAndNorm(sums, 0, 256, now.gradient());
    Updates.take(Adam.DEFAULTS, now, norm, clip, 1e-4);
    return norm;
  }

  /** As many bytes by a triad, a = b + s c, on as many cores. */
  @Benchmark
  public float triad(CpuTime time) {
    time.count();
    IntStream.range(0, (a.length + SPAN - 1) / SPAN)
        .parallel()
        .forEach(span -> triad(span * SPAN, Math.min(a.length, span * SPAN + SPAN)));
    return a[0];
  }

  private void triad(int from, int to) {
    for (int i = from; i < to; i++) {
      a[i] = b[i] + 0.5f * c[i];
    }
  }
}
