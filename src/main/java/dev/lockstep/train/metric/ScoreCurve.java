package dev.lockstep.train.metric;

import java.io.Serializable;
import java.util.Arrays;

/**
 * The weights of both classes at each distinct score, ascending: all that ROC and precision-recall
 * curves need. Exact curves keep every distinct float; binned ones round the score to 5 bits of
 * exponent and 10 of fraction (65,536 bins: 1,024 an octave from 2^-16 to 2^16 on either side of
 * zero, what lies outside goes to the end bins), which is monotone, so that only scores within a
 * tenth of a percent of each other become ties. Not safe for threads.
 */
final class ScoreCurve implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final int PENDING = 1 << 16;
  private static final int HALF_BINS = 1 << 15;

  private final boolean binned;
  private int[] keys = {};
  private double[] positives = {};
  private double[] negatives = {};
  private transient long[] pending;
  private transient float[] pendingWeights;
  private transient int pendingCount;

  ScoreCurve(Precision precision) {
    this.binned = precision.binned();
  }

  /** The bytes of a finished curve of rows at most. */
  static long sizeBytes(Precision precision, long rows) {
    long scores = precision.binned() ? Math.min(rows, 2L * HALF_BINS) : rows;
    return scores * (Integer.BYTES + 2 * Double.BYTES);
  }

  /** Adds a row; rows of equal score are added up in the order in which they come. */
  void add(float score, boolean positive, float weight) {
    if (pending == null) {
      pending = new long[1024];
      pendingWeights = new float[1024];
    }
    if (pendingCount == pending.length) {
      if (pendingCount >= Math.max(PENDING, keys.length)) {
        compact();
      } else {
        pending = Arrays.copyOf(pending, 2 * pendingCount);
        pendingWeights = Arrays.copyOf(pendingWeights, 2 * pendingCount);
      }
    }
    int key = binned ? bin(score) : order(score);
    pending[pendingCount] = (long) key << 32 | pendingCount;
    pendingWeights[pendingCount++] = positive ? weight : -weight;
  }

  /** Sorts what is pending into the curve and lets the scratch arrays go. */
  void finish() {
    compact();
    pending = null;
    pendingWeights = null;
  }

  /** Adds a curve to the right of this one. */
  void merge(ScoreCurve right) {
    mergeSorted(right.keys, right.positives, right.negatives, right.keys.length);
  }

  /** How many distinct scores there are. */
  int size() {
    return keys.length;
  }

  /** The area under the ROC curve, ties counted half; NaN where a class has no weight. */
  double auc() {
    double below = 0;
    double area = 0;
    double allPositives = 0;
    for (int i = 0; i < keys.length; i++) {
      area += positives[i] * (below + 0.5 * negatives[i]);
      below += negatives[i];
      allPositives += positives[i];
    }
    return area / (allPositives * below);
  }

  /**
   * Average precision: the sum over distinct scores, from high to low, of the recall gained times
   * the precision there (scikit-learn's {@code average_precision_score}; no interpolation between
   * points, unlike MLlib's trapezoids, which promise too much); NaN where class 1 has no weight.
   */
  double averagePrecision() {
    double truePositives = 0;
    double predicted = 0;
    double area = 0;
    for (int i = keys.length - 1; i >= 0; i--) {
      truePositives += positives[i];
      predicted += positives[i] + negatives[i];
      area += positives[i] * (truePositives / predicted);
    }
    return area / truePositives;
  }

  private void compact() {
    if (pendingCount == 0) {
      return;
    }
    sort();
    int[] sortedKeys = new int[pendingCount];
    double[] sortedPositives = new double[pendingCount];
    double[] sortedNegatives = new double[pendingCount];
    int distinct = 0;
    for (int i = 0; i < pendingCount; i++) {
      int key = (int) (pending[i] >> 32);
      if (distinct == 0 || sortedKeys[distinct - 1] != key) {
        sortedKeys[distinct++] = key;
      }
      float weight = pendingWeights[(int) pending[i]];
      if (weight > 0) {
        sortedPositives[distinct - 1] += weight;
      } else {
        sortedNegatives[distinct - 1] -= weight;
      }
    }
    pendingCount = 0;
    mergeSorted(sortedKeys, sortedPositives, sortedNegatives, distinct);
  }

  /** Sorts what is pending by its key, rows of equal keys in the order in which they came. */
  private void sort() {
    if (!binned) {
      Arrays.sort(pending, 0, pendingCount);
      return;
    }
    long[] half = new long[pendingCount];
    sortByte(pending, half, Integer.SIZE);
    sortByte(half, pending, Integer.SIZE + Byte.SIZE);
  }

  /** Orders by one byte of the bin, and keeps the order of equal ones. */
  private void sortByte(long[] from, long[] to, int shift) {
    int[] starts = new int[(1 << Byte.SIZE) + 1];
    for (int i = 0; i < pendingCount; i++) {
      starts[((int) (from[i] >>> shift) & 0xff) + 1]++;
    }
    for (int i = 1; i < starts.length; i++) {
      starts[i] += starts[i - 1];
    }
    for (int i = 0; i < pendingCount; i++) {
      to[starts[(int) (from[i] >>> shift) & 0xff]++] = from[i];
    }
  }

  private void mergeSorted(int[] otherKeys, double[] otherPos, double[] otherNeg, int count) {
    int[] newKeys = new int[keys.length + count];
    double[] newPos = new double[keys.length + count];
    double[] newNeg = new double[keys.length + count];
    int size = 0;
    for (int i = 0, j = 0; i < keys.length || j < count; size++) {
      boolean mine = j == count || (i < keys.length && keys[i] <= otherKeys[j]);
      boolean theirs = i == keys.length || (j < count && otherKeys[j] <= keys[i]);
      newKeys[size] = mine ? keys[i] : otherKeys[j];
      newPos[size] = (mine ? positives[i] : 0) + (theirs ? otherPos[j] : 0);
      newNeg[size] = (mine ? negatives[i] : 0) + (theirs ? otherNeg[j] : 0);
      i += mine ? 1 : 0;
      j += theirs ? 1 : 0;
    }
    keys = Arrays.copyOf(newKeys, size);
    positives = Arrays.copyOf(newPos, size);
    negatives = Arrays.copyOf(newNeg, size);
  }

  /** An int that orders as the float does; both zeros are one. */
  private static int order(float score) {
    int bits = Float.floatToIntBits(score + 0f);
    return bits ^ ((bits >> 31) & Integer.MAX_VALUE);
  }

  /** The bin of a score, 0..65535, ascending with the score. */
  static int bin(float score) {
    int code = (Float.floatToIntBits(Math.abs(score)) >>> 13) - ((127 - 16) << 10);
    int clamped = Math.max(0, Math.min(HALF_BINS - 1, code));
    return score < 0 ? HALF_BINS - 1 - clamped : HALF_BINS + clamped;
  }
}
