package dev.lockstep.spark.source;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;

/** One libsvm line, checked; one task's, not thread-safe. */
final class LibsvmLine {
  private final int features;
  private int count;
  private double label;
  private int[] indices = new int[64];
  private double[] values = new double[64];

  /** A reader that accepts indices up to {@code features}; 0 for any. */
  LibsvmLine(int features) {
    this.features = features;
  }

  /** Reads a line; false if it is blank or a comment. */
  boolean read(byte[] line, int length) throws BadLineException {
    count = -1;
    int at = 0;
    while (at < length) {
      if (isSpace(line[at])) {
        at++;
        continue;
      }
      if (line[at] == '#') {
        break;
      }
      int end = at;
      while (end < length && !isSpace(line[end])) {
        end++;
      }
      token(line, at, end);
      at = end;
    }
    return count >= 0;
  }

  double label() {
    return label;
  }

  /** The largest index, from 1; 0 in a row without any. */
  int largestIndex() {
    return count == 0 ? 0 : indices[count - 1] + 1;
  }

  /** The features as a sparse vector. */
  Vector vector(int size) {
    return Vectors.sparse(size, Arrays.copyOf(indices, count), Arrays.copyOf(values, count));
  }

  private void token(byte[] line, int from, int to) throws BadLineException {
    if (count < 0) {
      label = NumberText.parse(line, from, to);
      if (!Double.isFinite(label)) {
        throw bad("label", line, from, to, "a finite number");
      }
      count = 0;
      return;
    }
    int colon = from;
    while (colon < to && line[colon] != ':') {
      colon++;
    }
    int index = index(line, from, colon);
    if (index < 1 || colon == to) {
      throw bad("features", line, from, to, "index:value with a whole index from 1");
    }
    double value = NumberText.parse(line, colon + 1, to);
    if (!Double.isFinite(value)) {
      throw bad("feature " + index, line, from, to, "index:value with a finite value");
    }
    if (index <= largestIndex()) {
      throw bad("feature " + index, line, from, to, "above the index before it, " + largestIndex());
    }
    if (features > 0 && index > features) {
      throw bad("feature " + index, line, from, to, "at most data.source.features = " + features);
    }
    add(index - 1, value);
  }

  private void add(int index, double value) {
    if (count == indices.length) {
      indices = Arrays.copyOf(indices, 2 * count);
      values = Arrays.copyOf(values, 2 * count);
    }
    indices[count] = index;
    values[count++] = value;
  }

  /** A whole number, -1 if there is none. */
  private static int index(byte[] line, int from, int to) {
    if (from == to || to - from > 9) {
      return -1;
    }
    int index = 0;
    for (int i = from; i < to; i++) {
      if (line[i] < '0' || line[i] > '9') {
        return -1;
      }
      index = 10 * index + line[i] - '0';
    }
    return index;
  }

  private static boolean isSpace(byte b) {
    return b == ' ' || b == '\t';
  }

  private static BadLineException bad(String column, byte[] line, int from, int to, String must) {
    String text = new String(line, from, Math.min(to - from, 80), StandardCharsets.UTF_8);
    return new BadLineException(column, "\"" + text + "\" must be " + must);
  }
}
