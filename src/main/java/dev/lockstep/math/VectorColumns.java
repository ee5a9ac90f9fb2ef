package dev.lockstep.math;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Sums of rows times the factors of one vector in the Vector API, for {@link VectorSums}: of one
 * vector of columns, of four or of eight, kept in registers over all rows.
 *
 * <p>Legend: L the CPU's lanes; a, b, c, e accumulators; part the sums. Each loop holds its
 * operations itself, and that of eight sums is too long to be inlined, see {@link VectorTiles}.
 */
final class VectorColumns {
  private static final VectorSpecies<Float> F =
      FloatVector.SPECIES_PREFERRED.length() > Kernels.LANES
          ? FloatVector.SPECIES_512
          : FloatVector.SPECIES_PREFERRED;
  private static final int L = F.length();

  /** Floats of eight vectors: eight sums hide more of the time that one takes than four do. */
  static final int WIDE = 8 * L;

  private VectorColumns() {}

  private static FloatVector load(float[] values, int at) {
    return FloatVector.fromArray(F, values, at);
  }

  static void oneColumn(
      float[] x, int xFrom, int stride, int n, float[] factors, int factorsFrom, float[] part) {
    FloatVector a = FloatVector.zero(F);
    for (int i = 0; i < n; i++) {
      FloatVector factor = FloatVector.broadcast(F, factors[factorsFrom + i]);
      a = factor.fma(load(x, xFrom + i * stride), a);
    }
    a.intoArray(part, 0);
  }

  static void fourColumns(
      float[] x, int xFrom, int stride, int n, float[] factors, int factorsFrom, float[] part) {
    FloatVector a = FloatVector.zero(F);
    FloatVector b = FloatVector.zero(F);
    FloatVector c = FloatVector.zero(F);
    FloatVector e = FloatVector.zero(F);
    for (int i = 0; i < n; i++) {
      int at = xFrom + i * stride;
      FloatVector factor = FloatVector.broadcast(F, factors[factorsFrom + i]);
      a = factor.fma(load(x, at), a);
      b = factor.fma(load(x, at + L), b);
      c = factor.fma(load(x, at + 2 * L), c);
      e = factor.fma(load(x, at + 3 * L), e);
    }
    a.intoArray(part, 0);
    b.intoArray(part, L);
    c.intoArray(part, 2 * L);
    e.intoArray(part, 3 * L);
  }

  static void eightColumns(
      float[] x, int xFrom, int stride, int n, float[] factors, int factorsFrom, float[] part) {
    FloatVector a0 = FloatVector.zero(F), b0 = a0, c0 = a0, e0 = a0;
    FloatVector a1 = a0, b1 = a0, c1 = a0, e1 = a0;
    for (int i = 0; i < n; i++) {
      int at = xFrom + i * stride;
      FloatVector factor = FloatVector.broadcast(F, factors[factorsFrom + i]);
      a0 = factor.fma(load(x, at), a0);
      b0 = factor.fma(load(x, at + L), b0);
      c0 = factor.fma(load(x, at + 2 * L), c0);
      e0 = factor.fma(load(x, at + 3 * L), e0);
      a1 = factor.fma(load(x, at + 4 * L), a1);
      b1 = factor.fma(load(x, at + 5 * L), b1);
      c1 = factor.fma(load(x, at + 6 * L), c1);
      e1 = factor.fma(load(x, at + 7 * L), e1);
    }
    a0.intoArray(part, 0);
    b0.intoArray(part, L);
    c0.intoArray(part, 2 * L);
    e0.intoArray(part, 3 * L);
    a1.intoArray(part, 4 * L);
    b1.intoArray(part, 5 * L);
    c1.intoArray(part, 6 * L);
    e1.intoArray(part, 7 * L);
  }
}
