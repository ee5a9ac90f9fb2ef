package dev.lockstep.math;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * The log loss of two classes and its slopes in the Vector API, see {@link Kernels#logLoss}: the
 * operations of {@link LogLoss} on each lane. Each loop holds its operations itself: a vector that
 * crosses a call which is not inlined is boxed. The methods with loops are too long to be inlined,
 * and should stay so, see {@link VectorTiles}.
 *
 * <p>Legend: F the CPU's floats, L of them; D its doubles, H as many floats; the rest as in the
 * twin.
 */
final class VectorLogLoss {
  private static final VectorSpecies<Float> F =
      FloatVector.SPECIES_PREFERRED.length() > Kernels.LANES
          ? FloatVector.SPECIES_512
          : FloatVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Double> D =
      DoubleVector.SPECIES_PREFERRED.length() > Kernels.DOUBLE_LANES
          ? DoubleVector.SPECIES_512
          : DoubleVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Float> H =
      VectorSpecies.of(float.class, VectorShape.forBitSize(D.vectorBitSize() / 2));
  private static final int L = F.length();

  /** Members that share the loads of labels and weights; more would leave the nearest cache. */
  private static final int GROUP = 8;

  private static final ThreadLocal<Scratch> SCRATCH = ThreadLocal.withInitial(Scratch::new);

  private VectorLogLoss() {}

  /** Too much to make anew for each chunk of rows. */
  private static final class Scratch {
    /** {@code [GROUP, n]} exponentials, then losses. */
    float[] losses = {};

    final double[] lanes = new double[GROUP * Kernels.DOUBLE_LANES];
  }

  /** See {@link Kernels#logLosses}. */
  static void members(
      float[] scores,
      int scoresFrom,
      int scoresStep,
      int m,
      int n,
      float[] labels,
      int labelsFrom,
      float[] weights,
      double[] lossSums) {
    Scratch scratch = SCRATCH.get();
    int size = Math.multiplyExact(Math.min(GROUP, m), n);
    if (scratch.losses.length < size) {
      scratch.losses = new float[size];
    }
    double[] lanes = scratch.lanes;
    int whole = n / Kernels.LANES * Kernels.LANES;
    for (int first = 0; first < m; first += GROUP) {
      int group = Math.min(GROUP, m - first);
      int from = scoresFrom + first * scoresStep;
      float[] losses = scratch.losses;
      exponentials(scores, from, scoresStep, group, whole, labels, labelsFrom, weights, losses);
      slopes(scores, from, scoresStep, group, whole, labels, labelsFrom, weights, losses);
      for (int k = 0; k < group; k++) {
        int at = k * Kernels.DOUBLE_LANES;
        for (int part = 0; part < Kernels.DOUBLE_LANES; part += D.length()) {
          DoubleVector lossSum = DoubleVector.zero(D);
          for (int i = part; i < whole; i += Kernels.DOUBLE_LANES) {
            FloatVector weight = FloatVector.fromArray(H, weights, i);
            FloatVector loss = FloatVector.fromArray(H, losses, k * whole + i);
            lossSum =
                ((DoubleVector) weight.convertShape(VectorOperators.F2D, D, 0))
                    .fma((DoubleVector) loss.convertShape(VectorOperators.F2D, D, 0), lossSum);
          }
          lossSum.intoArray(lanes, at + part);
        }
        if (whole < n) {
          LogLoss.add(
              scores, from + k * scoresStep, whole, n, labels, labelsFrom, weights, lanes, at);
        }
        lossSums[first + k] += LogLoss.sum(lanes, at);
      }
    }
  }

  /** Writes the margins z of members and rows over the scores, and exp(-|z|). */
  private static void exponentials(
      float[] scores,
      int scoresFrom,
      int scoresStep,
      int m,
      int n,
      float[] labels,
      int labelsFrom,
      float[] weights,
      float[] exponentials) {
    FloatVector one = all(1);
    FloatVector round = all(LogLoss.ROUND);
    FloatVector lowest = all(LogLoss.EXP_LOWEST);
    for (int i = 0; i < n; i += L) {
      VectorMask<Float> nothing =
          FloatVector.fromArray(F, weights, i).compare(VectorOperators.EQ, 0);
      FloatVector sign = one.sub(FloatVector.fromArray(F, labels, labelsFrom + i).mul(2f));
      for (int k = 0; k < m; k++) {
        int at = scoresFrom + k * scoresStep + i;
        FloatVector z = sign.mul(FloatVector.fromArray(F, scores, at)).blend(0, nothing);
        z.intoArray(scores, at);
        FloatVector x = z.abs().neg();
        x = x.blend(lowest, x.compare(VectorOperators.LT, lowest));
        FloatVector shifted = x.fma(all(LogLoss.LOG2_E), round);
        FloatVector power = shifted.sub(round);
        FloatVector r = power.fma(all(-LogLoss.LN2_LOW), power.fma(all(-LogLoss.LN2_HIGH), x));
        FloatVector series =
            all(LogLoss.E0)
                .fma(r, all(LogLoss.E1))
                .fma(r, all(LogLoss.E2))
                .fma(r, all(LogLoss.E3))
                .fma(r, all(LogLoss.E4));
        power =
            shifted
                .reinterpretAsInts()
                .lanewise(VectorOperators.LSHL, LogLoss.MANTISSA_BITS)
                .add(LogLoss.GROW_BITS)
                .reinterpretAsFloats();
        series
            .fma(r.mul(r), r)
            .add(one)
            .mul(power)
            .mul(LogLoss.SHRINK)
            .intoArray(exponentials, k * n + i);
      }
    }
  }

  /** Writes slopes over the margins, and losses over the exponentials. */
  private static void slopes(
      float[] margins,
      int scoresFrom,
      int scoresStep,
      int m,
      int n,
      float[] labels,
      int labelsFrom,
      float[] weights,
      float[] exponentials) {
    FloatVector one = all(1);
    FloatVector none = all(0);
    for (int i = 0; i < n; i += L) {
      FloatVector weight = FloatVector.fromArray(F, weights, i);
      VectorMask<Float> nothing = weight.compare(VectorOperators.EQ, 0);
      FloatVector factor =
          weight.mul(
              one.sub(FloatVector.fromArray(F, labels, labelsFrom + i).mul(2f))
                  .blend(one, nothing));
      for (int k = 0; k < m; k++) {
        int at = scoresFrom + k * scoresStep + i;
        FloatVector z = FloatVector.fromArray(F, margins, at);
        FloatVector e = FloatVector.fromArray(F, exponentials, k * n + i);
        VectorMask<Float> above = z.compare(VectorOperators.GT, none);
        FloatVector unit = e.add(one);
        FloatVector lost = e.sub(unit.sub(one));
        FloatVector inverse = one.div(unit);
        FloatVector numerator = e.blend(one, above);
        FloatVector near = numerator.mul(inverse);
        FloatVector less = near.neg();
        FloatVector quotient = less.fma(lost, less.fma(unit, numerator)).fma(inverse, near);
        factor.mul(quotient).add(none).intoArray(margins, at);
        all(LogLoss.G0)
            .fma(e, all(LogLoss.G1))
            .fma(e, all(LogLoss.G2))
            .fma(e, all(LogLoss.G3))
            .fma(e, all(LogLoss.G4))
            .fma(e, all(LogLoss.G5))
            .fma(e, all(LogLoss.G6))
            .fma(e, all(LogLoss.G7))
            .fma(e, all(LogLoss.G8))
            .fma(e, all(LogLoss.G9))
            .fma(e.mul(e), e)
            .add(none.blend(z, above))
            .intoArray(exponentials, k * n + i);
      }
    }
  }

  private static FloatVector all(float value) {
    return FloatVector.broadcast(F, value);
  }
}
