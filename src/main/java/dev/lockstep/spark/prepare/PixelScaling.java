package dev.lockstep.spark.prepare;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What {@code encode = pixels} does: {@code (x / scale - mean) / std} with mean and std of each
 * channel, computed as {@code (x - scale mean) (1 / (scale std))}, as Spark's StandardScalerModel
 * does, so that both give the same bits. (PyTorch's ToTensor and Normalize round to float32 after
 * each operation; here only the result is rounded.)
 */
public final class PixelScaling implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Leaves vectors as they are. */
  public static final PixelScaling NONE = new PixelScaling(new double[0], new double[0], 1);

  private final double[] means;
  private final double[] deviations;
  private final double[] factors;
  private final int plane;
  private final boolean centred;

  private PixelScaling(double[] means, double[] deviations, int plane) {
    this.means = means;
    this.deviations = deviations;
    this.factors = Arrays.stream(deviations).map(deviation -> 1 / deviation).toArray();
    this.plane = plane;
    this.centred = Arrays.stream(means).anyMatch(mean -> mean != 0);
  }

  /**
   * The scaling of images.
   *
   * @param config with a mean and a deviation for each channel, or none
   * @param shape {@code [channels, height, width]}
   */
  public static PixelScaling of(FeatureConfig config, List<Integer> shape) {
    double[] means = new double[shape.get(0)];
    double[] deviations = new double[shape.get(0)];
    for (int c = 0; c < means.length; c++) {
      means[c] = config.mean().isEmpty() ? 0 : config.scale() * config.mean().get(c);
      deviations[c] = config.scale() * (config.std().isEmpty() ? 1 : config.std().get(c));
    }
    return new PixelScaling(means, deviations, shape.get(1) * shape.get(2));
  }

  /** Whether zeros become something else. */
  public boolean isCentred() {
    return centred;
  }

  /** What a pixel of 0 becomes, in each channel. */
  public List<Float> blank() {
    List<Float> blank = new ArrayList<>();
    for (int c = 0; c < means.length; c++) {
      blank.add((float) ((0 - means[c]) * factors[c]));
    }
    return blank;
  }

  /** What is subtracted from each element. */
  public double[] means() {
    return spread(means);
  }

  /** What each element is divided by after that. */
  public double[] deviations() {
    return spread(deviations);
  }

  private double[] spread(double[] channels) {
    double[] all = new double[channels.length * plane];
    for (int i = 0; i < all.length; i++) {
      all[i] = channels[i / plane];
    }
    return all;
  }

  /**
   * Scales a whole vector.
   *
   * @param values {@code [count]}; written
   */
  void scale(double[] values, int count) {
    int from = 0;
    for (int c = 0; c < factors.length; c++) {
      double mean = means[c];
      double factor = factors[c];
      int to = Math.min(count, from + plane);
      for (int i = from; i < to; i++) {
        values[i] = (values[i] - mean) * factor;
      }
      from = to;
    }
  }

  /**
   * Scales the written entries of a sparse vector; for scalings that are not centred.
   *
   * @param values {@code [count]}; written
   * @param indices {@code [count]}
   */
  void scale(double[] values, int[] indices, int count) {
    for (int i = 0; i < count && factors.length > 0; i++) {
      values[i] *= factors[Math.min(indices[i] / plane, factors.length - 1)];
    }
  }
}
