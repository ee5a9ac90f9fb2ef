package dev.lockstep.torch;

import dev.lockstep.config.Ranges;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;

/**
 * Self-attention of several heads (Vaswani et al. 2017): each step becomes a mean of all real steps
 * of its row, weighted by softmax(q k / sqrt(values of a head)). Names, layout and start of its
 * tensors are those of PyTorch's MultiheadAttention.
 *
 * @param heads parts of a vector that attend on their own; a divisor of its length
 * @param causal whether a step sees no later ones
 * @param dropout the share of attention weights that become zero while training
 * @param bias whether the projections add a bias
 */
public record Attention(int heads, boolean causal, double dropout, boolean bias) implements Layer {
  /** One head that sees all steps. */
  public static final Attention DEFAULTS = new Attention(1, false, 0, true);

  /** Query, key and value. */
  private static final int PROJECTIONS = 3;

  private static final int TENSORS_WITH_BIAS = 4;

  /** A mask of all pairs of steps must fit into an array. */
  private static final int MOST_CAUSAL_STEPS = 46_340;

  /** Checks the ranges. */
  public Attention {
    Ranges.atLeastOne("heads", heads);
    Ranges.belowOne("dropout", dropout);
  }

  @Override
  public Dims output(Dims input) {
    input.requireSteps();
    if (input.last() % heads != 0) {
      throw new IllegalArgumentException(
          "cuts the values of a step into %d heads, is given %s: make %d a divisor of %d"
              .formatted(heads, input, heads, input.last()));
    }
    if (causal && input.size(0) > MOST_CAUSAL_STEPS) {
      throw new IllegalArgumentException(
          ("hides later steps by a mask of [steps, steps], for %d steps at most, is given %d: lower"
                  + " data.source.context, or the length of texts")
              .formatted(MOST_CAUSAL_STEPS, input.size(0)));
    }
    return input;
  }

  @Override
  public boolean draws() {
    return dropout > 0;
  }

  @Override
  public List<Weight> weights(Dims input) {
    output(input);
    int width = input.last();
    int all = Math.multiplyExact(PROJECTIONS, width);
    List<Weight> weights = new ArrayList<>();
    Weight.Start start = Init.XAVIER.weights(width, all);
    weights.add(new Weight("in_proj_weight", Dims.of(all, width), true, start));
    if (bias) {
      weights.add(new Weight("in_proj_bias", Dims.of(all), false, new Weight.Constant(0)));
    }
    Dims square = Dims.of(width, width);
    weights.add(new Weight("out_proj.weight", square, true, Weight.uniform(width)));
    if (bias) {
      weights.add(new Weight("out_proj.bias", Dims.of(width), false, new Weight.Constant(0)));
    }
    return weights;
  }

  /** How many tensors {@link #weights} has. */
  int tensors() {
    return bias ? TENSORS_WITH_BIAS : TENSORS_WITH_BIAS / 2;
  }

  @Override
  public boolean takesAnySteps() {
    return true;
  }

  @Override
  public Operation operation(Dims input) {
    int most = input.size(0);
    float[] later = causal ? later(most) : new float[0];
    return (x, weights, pass) ->
        causal
            ? attend(x, weights, pass, square(Place.floats(x, later, most, most), x.size(1)))
            : attend(x, weights, pass);
  }

  private Tensor attend(Tensor x, Tensor[] weights, Pass pass, Tensor... masks) {
    long rows = x.size(0);
    long steps = x.size(1);
    long values = x.size(2) / heads;
    Tensor projected = project(x, weights, 0).view(rows, steps, PROJECTIONS, heads, values);
    TensorVector parts = projected.permute(2, 0, PROJECTIONS, 1, 4).unbind(0);
    Tensor query = parts.get(0).mul(new Scalar(1 / Math.sqrt(values)));
    Tensor scores = query.matmul(parts.get(1).transpose(-2, -1));
    for (Tensor mask : masks) {
      scores.add_(mask);
    }
    Lengths lengths = pass.lengths().of((int) rows, (int) steps);
    if (!lengths.fill((int) steps)) {
      scores.add_(Place.floats(x, padding(lengths, (int) steps), rows, 1, 1, steps));
    }
    Tensor attention = Dropout.drop(scores.softmax(-1), dropout, pass);
    Tensor mixed = attention.matmul(parts.get(2)).transpose(1, 2).reshape(rows, steps, x.size(2));
    return project(mixed, weights, bias ? 2 : 1);
  }

  private Tensor project(Tensor x, Tensor[] weights, int at) {
    Tensor product = x.matmul(weights[at].t());
    return bias ? product.add_(weights[at + 1]) : product;
  }

  /** The first rows and columns. */
  private static Tensor square(Tensor all, long size) {
    return all.narrow(0, 0, size).narrow(1, 0, size);
  }

  /** Minus infinity where the second step is later than the first: {@code [steps, steps]}. */
  private static float[] later(int steps) {
    float[] later = new float[Math.multiplyExact(steps, steps)];
    for (int step = 0; step < steps; step++) {
      Arrays.fill(later, step * steps + step + 1, (step + 1) * steps, Float.NEGATIVE_INFINITY);
    }
    return later;
  }

  /** Minus infinity where there is padding: {@code [rows, steps]}. */
  private static float[] padding(Lengths lengths, int steps) {
    float[] padding = lengths.mask(steps);
    for (int i = 0; i < padding.length; i++) {
      padding[i] = padding[i] == 0 ? Float.NEGATIVE_INFINITY : 0f;
    }
    return padding;
  }
}
