package dev.lockstep.app.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;

/**
 * A curve of at most {@link #MOST} points, whatever was added: the smallest and the largest of each
 * bucket of consecutive points, so that no spike is lost. Buckets double their width when there are
 * too many of them; which points remain depends on the sequence alone. Constant memory. For one
 * thread.
 */
final class Series {
  /** Points that are kept at most. */
  static final int MOST = 3000;

  private static final int BUCKETS = MOST / 2;

  /** {@code [bucket]}: where the bucket's smallest and largest are, and what they are. */
  private final double[] lowX = new double[BUCKETS];

  private final double[] lowY = new double[BUCKETS];
  private final double[] highX = new double[BUCKETS];
  private final double[] highY = new double[BUCKETS];
  private long width = 1;
  private long count;

  /**
   * Adds a point; one whose y is not finite is left out.
   *
   * @param x not below the x of the point before
   */
  void add(double x, double y) {
    if (!Double.isFinite(y)) {
      return;
    }
    if (count == width * BUCKETS) {
      halve();
    }
    int bucket = (int) (count / width);
    boolean first = count % width == 0;
    if (first || y < lowY[bucket]) {
      lowX[bucket] = x;
      lowY[bucket] = y;
    }
    if (first || y > highY[bucket]) {
      highX[bucket] = x;
      highY[bucket] = y;
    }
    count++;
  }

  /** How many points were added. */
  long count() {
    return count;
  }

  private void halve() {
    for (int b = 0; b < BUCKETS / 2; b++) {
      int low = lowY[2 * b + 1] < lowY[2 * b] ? 2 * b + 1 : 2 * b;
      int high = highY[2 * b + 1] > highY[2 * b] ? 2 * b + 1 : 2 * b;
      lowX[b] = lowX[low];
      lowY[b] = lowY[low];
      highX[b] = highX[high];
      highY[b] = highY[high];
    }
    width *= 2;
  }

  /** The x of the points that remain, ascending. */
  double[] x() {
    return points(lowX, highX);
  }

  /** The y of the points that remain. */
  double[] y() {
    return points(lowY, highY);
  }

  private double[] points(double[] ofLow, double[] ofHigh) {
    int buckets = (int) ((count + width - 1) / width);
    double[] points = new double[2 * buckets];
    int n = 0;
    for (int b = 0; b < buckets; b++) {
      boolean lowFirst = lowX[b] <= highX[b];
      points[n++] = lowFirst ? ofLow[b] : ofHigh[b];
      if (lowX[b] != highX[b]) {
        points[n++] = lowFirst ? ofHigh[b] : ofLow[b];
      }
    }
    return Arrays.copyOf(points, n);
  }

  /** Puts {@code x}, {@code y} and how many there were before thinning. */
  void put(ObjectNode node) {
    ArrayNode xs = node.putArray("x");
    ArrayNode ys = node.putArray("y");
    for (double x : x()) {
      if (x == Math.rint(x)) {
        xs.add((long) x);
      } else {
        xs.add(x);
      }
    }
    for (double y : y()) {
      ys.add(y);
    }
    node.put("of", count);
  }
}
