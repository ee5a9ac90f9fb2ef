package dev.lockstep.math;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The sums by lane of a panel of dot products, 16 rows with one to four vectors, folded to numbers
 * in the order of {@link Kernels#rowDots}, many at a time. A load that is shifted by half a
 * product's lanes lets a vector meet its own other half; two such sums are woven into one vector,
 * until a vector holds the products of L rows, as many as it has lanes. Where a product is woven in
 * decides its place, so that rows come out in order.
 *
 * <p>Both methods are too long to be inlined, and should stay so: the compiler gives up on a method
 * with more vector operations than these have, and boxes.
 */
final class VectorFolds {
  /** Rows of a panel. */
  static final int ROWS = 16;

  /** The most vectors of a panel. */
  static final int VECTORS = 4;

  private static final int LANES = Kernels.LANES;
  private static final VectorSpecies<Float> F =
      FloatVector.SPECIES_PREFERRED.length() > LANES
          ? FloatVector.SPECIES_512
          : FloatVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Integer> I = VectorSpecies.of(int.class, F.vectorShape());
  private static final VectorSpecies<Float> QUARTER = FloatVector.SPECIES_128;
  private static final int L = F.length();

  /** How far after a quarter of the first four rows those of 4, 8 and 12 rows later come. */
  private static final int FOURTH = 4 / L * 4 * L + 4 % L;

  private static final int EIGHTH = 8 / L * 4 * L + 8 % L;
  private static final int TWELFTH = 12 / L * 4 * L + 12 % L;

  /** Lanes that come from the second of two vectors: every other pair, and every other one. */
  private static final int[] PAIRS = lanesWith(2);

  private static final int[] ONES = lanesWith(1);

  private VectorFolds() {}

  private static int[] lanesWith(int bit) {
    int[] mask = new int[LANES];
    for (int lane = 0; lane < LANES; lane++) {
      mask[lane] = (lane & bit) == 0 ? 0 : -1;
    }
    return mask;
  }

  /**
   * 16 lanes to 8 to 4.
   *
   * @param vectors how many there are, m
   * @param lanes {@code [m, ROWS, 16]}
   * @param quarters {@code [m, ROWS, 4]}, written: of L rows those come first whose number divided
   *     by 4 leaves 0, then those that leave 1, and so on
   */
  static void quarter(int vectors, float[] lanes, float[] quarters) {
    for (int four = 0; four < vectors * 4; four++) {
      int at = four / 4 * ROWS * LANES + four % 4 * LANES;
      int to = four / 4 * 4 * LANES + four % 4 * L;
      FloatVector first =
          FloatVector.fromArray(QUARTER, lanes, at)
              .lanewise(VectorOperators.ADD, FloatVector.fromArray(QUARTER, lanes, at + 8));
      FloatVector second =
          FloatVector.fromArray(QUARTER, lanes, at + 4)
              .lanewise(VectorOperators.ADD, FloatVector.fromArray(QUARTER, lanes, at + 12));
      first.lanewise(VectorOperators.ADD, second).intoArray(quarters, to);
      first =
          FloatVector.fromArray(QUARTER, lanes, at + 64)
              .lanewise(VectorOperators.ADD, FloatVector.fromArray(QUARTER, lanes, at + 72));
      second =
          FloatVector.fromArray(QUARTER, lanes, at + 68)
              .lanewise(VectorOperators.ADD, FloatVector.fromArray(QUARTER, lanes, at + 76));
      first.lanewise(VectorOperators.ADD, second).intoArray(quarters, to + FOURTH);
      first =
          FloatVector.fromArray(QUARTER, lanes, at + 128)
              .lanewise(VectorOperators.ADD, FloatVector.fromArray(QUARTER, lanes, at + 136));
      second =
          FloatVector.fromArray(QUARTER, lanes, at + 132)
              .lanewise(VectorOperators.ADD, FloatVector.fromArray(QUARTER, lanes, at + 140));
      first.lanewise(VectorOperators.ADD, second).intoArray(quarters, to + EIGHTH);
      first =
          FloatVector.fromArray(QUARTER, lanes, at + 192)
              .lanewise(VectorOperators.ADD, FloatVector.fromArray(QUARTER, lanes, at + 200));
      second =
          FloatVector.fromArray(QUARTER, lanes, at + 196)
              .lanewise(VectorOperators.ADD, FloatVector.fromArray(QUARTER, lanes, at + 204));
      first.lanewise(VectorOperators.ADD, second).intoArray(quarters, to + TWELFTH);
    }
  }

  /**
   * 4 lanes to 2 to 1.
   *
   * @param quarters {@code [m, ROWS, 4]} of {@link #quarter}
   * @param dots that of vector v and row i is written to {@code from + v * step + i}
   */
  static void finish(int vectors, float[] quarters, float[] dots, int from, int step) {
    IntVector pairs = IntVector.fromArray(I, PAIRS, 0);
    IntVector ones = IntVector.fromArray(I, ONES, 0);
    FloatVector none = FloatVector.zero(F);
    for (int block = 0; block < vectors * ROWS; block += L) {
      int at = block * 4;
      IntVector first =
          FloatVector.fromArray(F, quarters, at)
              .lanewise(VectorOperators.ADD, FloatVector.fromArray(F, quarters, at + 2))
              .reinterpretAsInts();
      IntVector second =
          FloatVector.fromArray(F, quarters, at + 2 * L)
              .lanewise(VectorOperators.ADD, FloatVector.fromArray(F, quarters, at + 2 * L - 2))
              .reinterpretAsInts();
      FloatVector even =
          first
              .lanewise(VectorOperators.XOR, second)
              .lanewise(VectorOperators.AND, pairs)
              .lanewise(VectorOperators.XOR, first)
              .reinterpretAsFloats();
      first =
          FloatVector.fromArray(F, quarters, at + L)
              .lanewise(VectorOperators.ADD, FloatVector.fromArray(F, quarters, at + L + 2))
              .reinterpretAsInts();
      second =
          FloatVector.fromArray(F, quarters, at + 3 * L)
              .lanewise(VectorOperators.ADD, FloatVector.fromArray(F, quarters, at + 3 * L - 2))
              .reinterpretAsInts();
      FloatVector odd =
          first
              .lanewise(VectorOperators.XOR, second)
              .lanewise(VectorOperators.AND, pairs)
              .lanewise(VectorOperators.XOR, first)
              .reinterpretAsFloats();
      first =
          even.lanewise(
                  VectorOperators.ADD,
                  even.reinterpretAsLongs()
                      .lanewise(VectorOperators.LSHR, 32)
                      .reinterpretAsFloats())
              .reinterpretAsInts();
      second =
          odd.lanewise(
                  VectorOperators.ADD,
                  odd.reinterpretAsLongs().lanewise(VectorOperators.LSHL, 32).reinterpretAsFloats())
              .reinterpretAsInts();
      first
          .lanewise(VectorOperators.XOR, second)
          .lanewise(VectorOperators.AND, ones)
          .lanewise(VectorOperators.XOR, first)
          .reinterpretAsFloats()
          .lanewise(VectorOperators.ADD, none)
          .intoArray(dots, from + block / ROWS * step + block % ROWS);
    }
  }
}
