package dev.lockstep.optim;

import dev.lockstep.data.Layout;
import dev.lockstep.data.Layout.Role;
import dev.lockstep.data.Layout.Run;
import dev.lockstep.data.Layout.Slice;
import dev.lockstep.math.Bf16;
import dev.lockstep.math.IdleThreads;
import dev.lockstep.math.Kernels;
import java.util.List;

/**
 * The parts of a member's update, in the order of a step: mean, finite check, {@link #clip}, {@link
 * #addL2}, {@link #step}, {@link #shrink}. Pure arithmetic on arrays; all sums in fixed order.
 */
public final class Updates {
  /** PyTorch's guard in {@code clip_grad_norm_}. */
  private static final double CLIP_EPSILON = 1e-6;

  private Updates() {}

  /**
   * Divides a sum of gradients by the global weight: the only division on the way.
   *
   * @param sums {@code [members, size]} float32 sums
   * @param offset where the member's sums start
   * @param mean {@code [size]}, written
   */
  public static void mean(float[] sums, int offset, double weight, float[] mean) {
    Kernels.best(mean.length).means(sums, offset, mean.length, weight, mean, 0);
  }

  /** {@link #mean(float[], int, double, float[])} of float64 sums. */
  public static void mean(double[] sums, int offset, double weight, float[] mean) {
    for (int i = 0; i < mean.length; i++) {
      mean[i] = (float) (sums[offset + i] / weight);
    }
  }

  /**
   * The Euclidean norm over all coordinates, in float64; finite if and only if every coordinate is,
   * so it is the finite check as well.
   */
  public static double norm(float[] gradient) {
    return norm(gradient, List.of(new Run(0, gradient.length)));
  }

  /** The norm over some runs of coordinates, whose sums are added in order. */
  private static double norm(float[] gradient, List<Run> runs) {
    double sum = 0;
    for (Run run : runs) {
      sum += Sweep.sum(run.from(), run.to(), (from, to) -> FixedSums.squares(gradient, from, to));
    }
    return Math.sqrt(sum);
  }

  /**
   * The norm of what the optimizer moves. Buffers are no part of it, but it is finite only if their
   * changes are; what is frozen is not looked at.
   */
  public static double norm(Update update) {
    double changes = norm(update.gradient(), update.layout().runs(Role.BUFFER));
    double norm = norm(update.gradient(), update.trained());
    return Double.isFinite(changes) ? norm : changes;
  }

  /**
   * {@link #mean(float[], int, double, float[])} and the {@link #norm} of it: in one sweep, unless
   * the norm is one chain of sums and others wait who can divide meanwhile.
   */
  public static double meanAndNorm(float[] sums, int offset, double weight, float[] mean) {
    if (mean.length <= Sweep.CHUNK
        && IdleThreads.share(
            0,
            mean.length,
            Sweep.BLOCK,
            (from, to) ->
                Kernels.best(to - from)
                    .means(sums, offset + from, to - from, weight, mean, from))) {
      return norm(mean);
    }
    return Math.sqrt(
        Sweep.sum(
            0,
            mean.length,
            (from, to) -> {
              double[] lanes = new double[FixedSums.LANES];
              Sweep.blocks(
                  from,
                  to,
                  (at, end) -> {
                    Kernels kernels = Kernels.best(2L * (end - at));
                    kernels.means(sums, offset + at, end - at, weight, mean, at);
                    kernels.squares(mean, at, end - (end - at) % FixedSums.LANES, lanes);
                  });
              return FixedSums.squares(lanes, mean, to - (to - from) % FixedSums.LANES, to);
            }));
  }

  /**
   * Cuts coordinates to {@code clip_value}, then scales the whole to {@code clip_norm}. As
   * PyTorch's {@code clip_grad_value_} and {@code clip_grad_norm_}: the factor is {@code clip_norm
   * / (norm + 1e-6)} where that is below 1.
   *
   * @param gradient {@code [size]}, written
   * @param norm the gradient's {@link #norm}
   */
  public static void clip(float[] gradient, double norm, GradientTransforms transforms) {
    List<Run> all = List.of(new Run(0, gradient.length));
    scale(gradient, cut(gradient, all, norm, transforms), 0, gradient.length);
  }

  /** Cuts coordinates; the factor by which the gradient is then to be scaled. */
  private static float cut(
      float[] gradient, List<Run> runs, double norm, GradientTransforms transforms) {
    double normNow = norm;
    if (transforms.clipValue().isPresent()) {
      float limit = transforms.clipValue().get().floatValue();
      for (int i = 0; i < gradient.length; i++) {
        gradient[i] = Math.max(-limit, Math.min(limit, gradient[i]));
      }
      normNow = norm(gradient, runs);
    }
    if (transforms.clipNorm().isPresent()) {
      double factor = transforms.clipNorm().get() / (normNow + CLIP_EPSILON);
      return factor < 1 ? (float) factor : 1;
    }
    return 1;
  }

  private static void scale(float[] gradient, float factor, int from, int to) {
    if (factor == 1) {
      return;
    }
    for (int i = from; i < to; i++) {
      gradient[i] *= factor;
    }
  }

  /**
   * What follows the finite check of a step, {@link #clip}, {@link #addL2}, {@link #step} and
   * {@link #shrink}, in as few sweeps over memory as the rule allows. Buffers move by their mean
   * changes; rules and penalties touch trained slices only.
   *
   * @param norm the gradient's {@link #norm}
   */
  public static void take(
      GradientRule rule, Update update, double norm, GradientTransforms transforms, double l2) {
    update.moveBuffers();
    float[] gradient = update.gradient();
    float factor = cut(gradient, update.trained(), norm, transforms);
    Sweep.Work penalize =
        (from, to) -> {
          scale(gradient, factor, from, to);
          addL2(update, l2, from, to);
        };
    Sweep.Work move =
        (from, to) -> {
          update.eachTrained(from, to, (start, end) -> rule.apply(update, start, end));
          shrink(rule, update, from, to);
        };
    if (rule.prepares()) {
      Sweep.each(gradient.length, penalize);
      rule.prepare(update);
      Sweep.each(gradient.length, move);
    } else {
      rule.prepare(update);
      Sweep.each(
          gradient.length,
          (from, to) -> {
            penalize.run(from, to);
            move.run(from, to);
          });
    }
  }

  /** Adds {@code l2 w} to the gradient on penalized slices. */
  public static void addL2(Update update, double l2) {
    addL2(update, l2, 0, update.params().length);
  }

  private static void addL2(Update update, double l2, int from, int to) {
    if (l2 == 0) {
      return;
    }
    float weight = (float) l2;
    float[] params = update.params();
    float[] gradient = update.gradient();
    for (Slice slice : update.layout().slices()) {
      if (slice.penalized()) {
        int end = Math.min(to, slice.end());
        for (int i = Math.max(from, slice.offset()); i < end; i++) {
          gradient[i] += weight * params[i];
        }
      }
    }
  }

  /** Lets the rule take its step over all that is trained; params, slots and rates are written. */
  public static void step(GradientRule rule, Update update) {
    rule.prepare(update);
    int size = update.params().length;
    update.eachTrained(0, size, (from, to) -> rule.apply(update, from, to));
  }

  /**
   * The proximal step of l1: moves each penalized parameter towards 0 by l1 times its own rate, and
   * to exactly 0 if that is nearer (Duchi and Singer 2009, equation 19, with a rate for each
   * coordinate as in Yun, Lozano and Yang 2021, but see {@link RootRates}). Rules with l1 in their
   * own step are left alone.
   */
  public static void shrink(GradientRule rule, Update update) {
    shrink(rule, update, 0, update.params().length);
  }

  private static void shrink(GradientRule rule, Update update, int from, int to) {
    if (update.l1() == 0 || rule.ownL1()) {
      return;
    }
    float weight = (float) update.l1();
    float[] params = update.params();
    float[] rates = update.rates();
    for (Slice slice : update.layout().slices()) {
      if (slice.penalized()) {
        int end = Math.min(to, slice.end());
        for (int i = Math.max(from, slice.offset()); i < end; i++) {
          float threshold = weight * rates[i];
          float value = params[i];
          params[i] = value - Math.max(-threshold, Math.min(threshold, value));
        }
      }
    }
  }

  /**
   * Moves the parameters that workers hold towards the trained ones by their difference, rounded to
   * {@link Bf16}; the rest of it stays for the next time.
   *
   * @param params {@code [size]}, the trained ones
   * @param held {@code [size]}, written
   */
  public static void follow(float[] params, float[] held) {
    Sweep.each(held.length, (from, to) -> Bf16.follow(params, held, from, to));
  }

  /**
   * {@code l1 |w|_1 + (l2 / 2) |w|^2} over penalized slices, in float64.
   *
   * @param params {@code [members, size]}
   * @param offset where the member's values start
   */
  public static double penalty(float[] params, int offset, Layout layout, double l1, double l2) {
    double sum = 0;
    double squares = 0;
    for (Slice slice : layout.slices()) {
      if (slice.penalized()) {
        int from = offset + slice.offset();
        int to = offset + slice.end();
        squares += FixedSums.squares(params, from, to);
        for (int i = from; i < to && l1 > 0; i++) {
          sum += Math.abs(params[i]);
        }
      }
    }
    return l1 * sum + l2 / 2 * squares;
  }
}
