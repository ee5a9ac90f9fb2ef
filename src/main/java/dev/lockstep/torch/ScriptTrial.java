package dev.lockstep.torch;

import dev.lockstep.data.DenseRows;
import dev.lockstep.math.RandomKey;
import dev.lockstep.model.GradientSum;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Passes of a few made-up rows through a module, before it is trained: whether it takes such rows,
 * gives the scores that the loss needs, and gives the same for the same.
 */
final class ScriptTrial {
  private static final RandomKey KEY = RandomKey.of(0).child("trial");

  /** More than one count, as a trace may know of one only. */
  private static final int[] ROWS = {3, 2};

  private final NativeScript script;
  private final float[] params;
  private final Dims input;
  private final int outputs;

  /** What came of a pass. */
  @SuppressWarnings("ArrayRecordComponent") // compared by their content
  private record Result(float[] scores, float[] gradient, boolean drew) {
    boolean isLike(Result other) {
      return Arrays.equals(scores, other.scores) && Arrays.equals(gradient, other.gradient);
    }

    boolean isFinite() {
      float sum = 0;
      for (float slope : gradient) {
        sum += slope * 0f;
      }
      return sum == 0f;
    }
  }

  private ScriptTrial(NativeScript script, float[] params, Dims input, int outputs) {
    this.script = script;
    this.params = params;
    this.input = input;
    this.outputs = outputs;
  }

  /**
   * Tries a module, and tells it whether it draws random numbers.
   *
   * @throws IllegalArgumentException if it cannot be trained: the end of a sentence that begins
   *     with the file
   */
  static void run(NativeScript script, Dims input, int outputs) {
    ScriptTrial trial = new ScriptTrial(script, script.takeStart(), input, outputs);
    // The turn before the lock, as in a pass: what is multiplied in another format beside it, in
    // the process that has one setting, would make its passes differ.
    try (ComputeTurn turn = ComputeTurn.in(ComputeFormat.FLOAT32)) {
      synchronized (NativeScript.GENERATOR) {
        trial.run();
      }
    }
  }

  private void run() {
    boolean draws = false;
    for (int n : ROWS) {
      DenseRows rows = rows(n);
      requireSameEvaluation(rows);
      draws |= requireSameTraining(rows);
    }
    requireNoCount(rows(ROWS[0]));
    script.trainsOnOneRow(trainsOnOneRow());
    script.draws(draws);
  }

  private void requireSameEvaluation(DenseRows rows) {
    Result first = pass(rows, false);
    if (first.drew()) {
      throw new IllegalArgumentException(
          "draws random numbers when it is evaluated: in a scripted module, give F.dropout"
              + " training=self.training; a trace keeps the mode in which it was taken, so call"
              + " model.eval() before torch.jit.trace, or use torch.jit.script");
    }
    if (!first.isLike(pass(rows, false))) {
      throw new IllegalArgumentException(
          "gives other scores for the same rows in a second evaluation: it must keep nothing"
              + " between passes; describe the network in the run file, or take that part out");
    }
  }

  /** Whether random numbers were drawn. */
  private boolean requireSameTraining(DenseRows rows) {
    Result first = pass(rows, true);
    if (!first.isLike(pass(rows, true))) {
      throw new IllegalArgumentException(
          "gives other scores or gradients for the same rows, parameters and random numbers in a"
              + " second training pass: set its dropout to 0, call .eval() on what changes, or"
              + " describe the network in the run file");
    }
    return first.drew();
  }

  /** What a pass counts is set back after it, so that no later one may depend on it. */
  private void requireNoCount(DenseRows rows) {
    script.countsOn(true);
    try {
      Result first = pass(rows, true);
      if (!first.isLike(pass(rows, true))) {
        throw new IllegalArgumentException(
            "depends on how many passes there were, as BatchNorm with momentum=None does, and that"
                + " count is not kept: give BatchNorm a momentum, such as 0.1");
      }
    } finally {
      script.countsOn(false);
    }
  }

  private boolean trainsOnOneRow() {
    script.trainsOnOneRow(true);
    requireSameEvaluation(rows(1));
    try {
      requireSameTraining(rows(1));
      return pass(rows(1), true).isFinite();
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private Result pass(DenseRows rows, boolean training) {
    script.set(params, 0);
    float[] scores = new float[rows.rows() * outputs];
    GradientSum sum = new GradientSum(1, params.length, false);
    float[] gradient = sum.values();
    try (PointerScope scope = new PointerScope()) {
      Tensor before = torch.getDefaultCPUGenerator().get_state();
      boolean drew;
      if (training) {
        script.draws(true);
        torch.getDefaultCPUGenerator().set_current_seed(KEY.bits(0));
        before = torch.getDefaultCPUGenerator().get_state();
        Tensor found = forward(rows, true);
        drew = !before.equal(torch.getDefaultCPUGenerator().get_state());
        script.read(found, scores, 0);
        backward(found, scores.clone());
        script.addGradient(sum, 0);
      } else {
        try (NoGradGuard guard = new NoGradGuard()) {
          script.read(forward(rows, false), scores, 0);
        }
        boolean counted = script.hasCounted();
        drew = !before.equal(torch.getDefaultCPUGenerator().get_state());
        script.weigh(1);
        script.addGradient(sum, 0);
        boolean moved = IntStream.range(0, gradient.length).anyMatch(i -> gradient[i] != 0f);
        if (moved || counted) {
          throw new IllegalArgumentException(
              "changes its buffers when it is evaluated: running statistics may change in training only");
        }
      }
      return new Result(scores, gradient, drew);
    }
  }

  private Tensor forward(DenseRows rows, boolean training) {
    Tensor scores;
    try {
      scores = script.forward(rows, 0, rows.rows(), KEY, training);
    } catch (IllegalArgumentException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new IllegalArgumentException(
          "fails on an input of %s: %s%s"
              .formatted(given(rows.rows()), LoadedScript.reason(e), advice(rows.rows())),
          e);
    }
    long[] shape = new long[Math.toIntExact(scores.dim())];
    Arrays.setAll(shape, scores::size);
    long[] needed = {rows.rows(), outputs};
    if (!Arrays.equals(shape, needed) || !LoadedScript.isFloat(scores)) {
      throw new IllegalArgumentException(
          "gives %s %s for an input of %s, the loss needs Float %s: end its forward with %d float32 score%s a row, in a dimension of their own, or choose another model.loss"
              .formatted(
                  scores.scalar_type(),
                  Arrays.toString(shape),
                  given(rows.rows()),
                  Arrays.toString(needed),
                  outputs,
                  outputs == 1 ? "" : "s"));
    }
    return scores;
  }

  private static String advice(int n) {
    return n == ROWS[0]
        ? ""
        : "; it took %d rows, so a trace may have kept their number: use torch.jit.script"
            .formatted(ROWS[0]);
  }

  private void backward(Tensor found, float[] slopes) {
    if (!found.requires_grad()) {
      throw new IllegalArgumentException(
          "gives scores that have no gradient by any of its parameters: save it with"
              + " requires_grad, and without torch.no_grad or detach in its forward");
    }
    try {
      script.backward(found, slopes);
      script.weigh(1);
    } catch (RuntimeException e) {
      throw new IllegalArgumentException("has no gradient: " + LoadedScript.reason(e), e);
    }
  }

  private String given(int n) {
    String shape = Arrays.toString(input.withRows(n));
    return input.areTokens()
        ? "Long %s, ids below %d".formatted(shape, input.vocabulary())
        : "Float " + shape;
  }

  /**
   * Made-up rows: of tokens, the highest id is among them; numbers are at least 0 and below 1, as
   * pixels are, and whole parts of them are indices of any table.
   */
  private DenseRows rows(int n) {
    RandomGenerator random = KEY.child(n).generator();
    int columns = input.count();
    int stride = DenseRows.strideOf(columns);
    float[] values = new float[n * stride];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < columns; j++) {
        values[i * stride + j] =
            input.areTokens()
                ? Math.max(0, input.vocabulary() - 1 - random.nextInt(input.vocabulary()) * j)
                : random.nextFloat();
      }
    }
    return new DenseRows(values, n, columns, stride);
  }
}
