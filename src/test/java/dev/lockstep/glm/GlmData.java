package dev.lockstep.glm;

import dev.lockstep.data.Block;
import dev.lockstep.data.DenseRows;
import dev.lockstep.data.Features;
import dev.lockstep.data.Schema;
import dev.lockstep.data.SparseRows;
import dev.lockstep.loss.Loss.Task;
import dev.lockstep.model.Model;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/** Random blocks that any linear model can be trained on. */
final class GlmData {
  static final int CLASSES = 3;

  private GlmData() {}

  /** A schema that suits the model: classes for classifiers, {@code labels} columns for others. */
  static Schema schema(Model model, int features, int labels) {
    Task task = model.loss().task();
    boolean classes = task == Task.BINARY || task == Task.MULTICLASS;
    int count = task == Task.BINARY ? 2 : CLASSES;
    return new Schema(
        List.of(),
        features,
        names("y", classes ? 1 : labels),
        classes ? names("class", count) : List.of());
  }

  private static List<String> names(String stem, int count) {
    return IntStream.range(0, count).mapToObj(i -> stem + i).toList();
  }

  /** A block of n rows; every second feature of a row is zero. */
  static Block block(
      Model model, Schema schema, int n, boolean sparse, boolean weighted, RandomGenerator random) {
    int d = schema.features();
    int stride = DenseRows.strideOf(d);
    float[] x = new float[n * stride];
    for (int i = 0; i < n; i++) {
      for (int j = i % 2; j < d; j += 2) {
        x[i * stride + j] = (float) random.nextGaussian();
      }
    }
    int labelWidth = schema.labels();
    float[] labels = new float[n * labelWidth];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = label(model.loss().task(), random);
    }
    float[] weights = new float[weighted ? n : 0];
    float[] offsets = new float[weighted ? n : 0];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = i % 5 == 4 ? 0 : (float) random.nextDouble(0.5, 2);
      offsets[i] = (float) random.nextGaussian() / 2;
    }
    Features features = new DenseRows(x, n, d, stride);
    if (sparse) {
      features = sparse(x, n, d, stride);
    }
    return new Block(features, labels, labelWidth, weights, offsets, new byte[0]);
  }

  private static float label(Task task, RandomGenerator random) {
    return switch (task) {
      case REGRESSION -> (float) random.nextGaussian();
      case COUNTS -> random.nextInt(4);
      case BINARY -> random.nextInt(2);
      case MULTICLASS -> random.nextInt(CLASSES);
      case NEXT_TOKEN -> throw new IllegalArgumentException("texts have no labels");
    };
  }

  private static SparseRows sparse(float[] x, int n, int d, int stride) {
    int[] starts = new int[n + 1];
    int[] indices = new int[n * d];
    float[] values = new float[n * d];
    int entries = 0;
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < d; j++) {
        if (x[i * stride + j] != 0) {
          indices[entries] = j;
          values[entries++] = x[i * stride + j];
        }
      }
      starts[i + 1] = entries;
    }
    return new SparseRows(starts, indices, values, d);
  }

  /** Random values, small enough for every loss. */
  static float[] params(int size, RandomGenerator random) {
    float[] params = new float[size];
    for (int i = 0; i < size; i++) {
      params[i] = (float) random.nextGaussian() / 4;
    }
    return params;
  }

  /** A feature's value. */
  static float at(Features features, int row, int column) {
    if (features instanceof DenseRows dense) {
      return dense.values()[row * dense.stride() + column];
    }
    SparseRows sparse = (SparseRows) features;
    int found =
        Arrays.binarySearch(
            sparse.indices(), sparse.starts()[row], sparse.starts()[row + 1], column);
    return found >= 0 ? sparse.values()[found] : 0f;
  }

  /**
   * The scores of a row in double, with bias and offset.
   *
   * @param scores {@code [outputs]}, written
   * @return how far a float score may be off: an ulp of the sum of sizes for each operation
   */
  static double scores(Block block, float[] params, int row, float[] scores) {
    int d = block.features().columns();
    double error = 0;
    for (int o = 0; o < scores.length; o++) {
      double offset = block.offsets().length == 0 ? 0 : block.offsets()[row];
      double score = params[scores.length * d + o] + offset;
      double size = Math.abs(params[scores.length * d + o]) + Math.abs(offset);
      for (int j = 0; j < d; j++) {
        double product = (double) at(block.features(), row, j) * params[o * d + j];
        score += product;
        size += Math.abs(product);
      }
      scores[o] = (float) score;
      error = Math.max(error, (d + 3) * 0x1p-24 * size);
    }
    return error;
  }
}
