package dev.lockstep.loss;

import dev.lockstep.math.Elementary;
import java.io.Serializable;
import java.util.Arrays;

/**
 * What a student learns of a row from its teacher beside the label (Hinton et al. 2015): {@code
 * alpha soft + (1 - alpha) hard}, hard being the loss of the label.
 *
 * <p>For classes, soft is {@code T^2 KL(softmax(t / T) || softmax(s / T))} of the teacher's scores
 * t, which is PyTorch's {@code KLDivLoss} of a row times T squared: slopes are then of the same
 * size at any temperature. For two classes of one score it is the same of {@code (s, 0)}. For
 * numbers and counts it is the student's own loss against the teacher's prediction in place of the
 * label, and there is no temperature.
 *
 * <p>A row without a label (NaN), or with only some of several, has no hard part: it is learnt from
 * the teacher alone, by {@code alpha soft}.
 *
 * @param temperature T, above 0
 * @param alpha what the teacher weighs, from 0 to 1
 */
public record Distillation(double temperature, double alpha) implements Serializable {
  /** Checks the ranges. */
  public Distillation {
    check(temperature, alpha);
  }

  /**
   * Checks the ranges of settings.
   *
   * @throws IllegalArgumentException that begins with the one that is wrong
   */
  public static void check(double temperature, double alpha) {
    if (!(temperature > 0 && temperature < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("temperature must be above 0, is " + temperature);
    }
    if (!(alpha >= 0 && alpha <= 1)) {
      throw new IllegalArgumentException("alpha must be from 0 to 1, is " + alpha);
    }
  }

  /** Whether a temperature means something for a loss: whether labels are classes. */
  public static boolean softens(Loss loss) {
    return loss.task() == Loss.Task.BINARY || loss.task() == Loss.Task.MULTICLASS;
  }

  /**
   * Turns the teacher's scores into what {@link #slopes} compares with: of numbers and counts, its
   * predictions.
   *
   * @param scores {@code [rows, outputs]} of the teacher; written
   */
  public static void teach(Loss teacher, float[] scores, int outputs, int rows) {
    if (!softens(teacher)) {
      teacher.predictions(scores, outputs, rows);
    }
  }

  /**
   * The weighted loss of n rows and its slopes, as {@link Loss#slopes} gives them.
   *
   * @param hard the loss of the labels
   * @param scores {@code [rows, outputs]}; written
   * @param labels as the loss has them, NaN where a row has none
   * @param labelRow row of {@code labels} and {@code taught} that belongs to the first row
   * @param taught {@code [.., outputs]} of {@link #teach}
   * @param weights {@code [rows]}
   * @param rows n
   */
  public double slopes(
      Loss hard,
      float[] scores,
      int outputs,
      float[] labels,
      int labelRow,
      float[] taught,
      float[] weights,
      int rows) {
    int count = rows * outputs;
    float[] soft = Arrays.copyOf(scores, count);
    float[] labelled = labelled(hard, labels, labelRow, outputs, weights, rows);
    double hardSum = hard.slopes(scores, 0, outputs, labels, labelRow, labelled, rows);
    double softSum =
        softens(hard)
            ? softSlopes(soft, outputs, taught, labelRow, weights, rows)
            : hard.slopes(soft, 0, outputs, taught, labelRow, weights, rows);
    for (int i = 0; i < count; i++) {
      float own = labelled[i / outputs] == 0 ? 0 : scores[i];
      scores[i] = (float) (alpha * soft[i] + (1 - alpha) * own);
    }
    return alpha * softSum + (1 - alpha) * hardSum;
  }

  /**
   * Whether a row has all its labels.
   *
   * @param labels {@code [.., width]}, NaN where there is none
   */
  public static boolean isLabelled(float[] labels, int row, int width) {
    for (int i = row * width; i < (row + 1) * width; i++) {
      if (Float.isNaN(labels[i])) {
        return false;
      }
    }
    return true;
  }

  /** The weights of rows for their labels: 0 where there is none. */
  private static float[] labelled(
      Loss hard, float[] labels, int labelRow, int outputs, float[] weights, int rows) {
    int width = hard.task() == Loss.Task.MULTICLASS ? 1 : outputs;
    float[] found = weights;
    for (int i = 0; i < rows; i++) {
      if (!isLabelled(labels, labelRow + i, width)) {
        found = found == weights ? Arrays.copyOf(weights, rows) : found;
        found[i] = 0;
      }
    }
    return found;
  }

  private double softSlopes(
      float[] scores, int outputs, float[] taught, int taughtRow, float[] weights, int rows) {
    double lossSum = 0;
    double[] student = new double[Math.max(2, outputs)];
    double[] teacher = new double[student.length];
    for (int i = 0; i < rows; i++) {
      int at = i * outputs;
      if (weights[i] == 0) {
        Arrays.fill(scores, at, at + outputs, 0f);
        continue;
      }
      soften(scores, at, outputs, student);
      soften(taught, (taughtRow + i) * outputs, outputs, teacher);
      double divergence = 0;
      for (int o = 0; o < student.length; o++) {
        double p = Elementary.exp(teacher[o]);
        divergence += p == 0 ? 0 : p * (teacher[o] - student[o]);
        if (o < outputs) {
          double slope = temperature * (Elementary.exp(student[o]) - p);
          scores[at + o] = (float) (weights[i] * slope);
        }
      }
      lossSum += weights[i] * temperature * temperature * divergence;
    }
    return lossSum;
  }

  /**
   * The logarithms of softened probabilities; a single score is the log odds against another of 0.
   *
   * @param into written
   */
  private void soften(float[] scores, int from, int outputs, double[] into) {
    double highest = outputs == 1 ? 0 : Double.NEGATIVE_INFINITY;
    for (int o = 0; o < into.length; o++) {
      into[o] = o < outputs ? scores[from + o] / temperature : 0;
      highest = Math.max(highest, into[o]);
    }
    double sum = 0;
    for (double each : into) {
      sum += Elementary.exp(each - highest);
    }
    double total = highest + Elementary.log(sum);
    for (int o = 0; o < into.length; o++) {
      into[o] -= total;
    }
  }
}
