package dev.lockstep.torch;

import dev.lockstep.data.Batch;
import dev.lockstep.data.Block;
import dev.lockstep.data.Features;
import dev.lockstep.math.RandomKey;
import dev.lockstep.model.GradientSum;
import dev.lockstep.model.Parameters;
import dev.lockstep.model.Replica;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorArrayRefOptional;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/**
 * A running language model. A row weighs its weight for each token that it predicts. Scores of all
 * tokens are large, so the loss and its slopes are computed where they lie, by libtorch; their twin
 * is {@link dev.lockstep.loss.NextTokenLoss}.
 *
 * <p>Rows go through in runs that a plan alone decides, so that memory is bounded and the bits
 * depend on nothing else.
 */
final class LanguageReplica implements Replica {
  /** Scores of a row: its loss summed over the tokens that it predicts, and their number. */
  static final int SCORES = 2;

  /** Scores of one pass at most, unless a row has more. */
  private static final int MOST_VALUES = 1 << 22;

  /** Of libtorch's losses: one for each token, no sum. */
  private static final int EACH = 0;

  private final int context;
  private final int vocabulary;
  private final int size;
  private final Passes passes;
  private final int mostRows;
  private final NativeNetwork network;
  private final float[] rowWeights;

  /**
   * A replica of layers.
   *
   * @param passes rows of a pass may be fewer, so that their scores fit
   */
  LanguageReplica(Plan plan, Passes passes) {
    this.passes = passes;
    this.context = plan.inputs().get(0).count();
    this.vocabulary = plan.output().last();
    this.size = plan.layout().size();
    this.mostRows = Math.max(1, Math.min(passes.mostRows(), MOST_VALUES / plan.output().count()));
    this.network = new NativeNetwork(plan, this.mostRows, passes.place());
    this.rowWeights = new float[this.mostRows];
  }

  @Override
  public void accumulate(Parameters params, Batch batch, RandomKey key, GradientSum into) {
    check(params, batch);
    try (ComputeTurn turn = ComputeTurn.in(passes.compute())) {
      add(params, batch, key, into);
    }
  }

  private void add(Parameters params, Batch batch, RandomKey key, GradientSum into) {
    for (int k = 0; k < params.members(); k++) {
      RandomKey own = key.child(params.seed(k));
      set(params, k, batch);
      for (int from = batch.from(); from < batch.to(); from += mostRows) {
        int n = Math.min(mostRows, batch.to() - from);
        RowWeights.fill(params, k, batch.block(), from, n, rowWeights);
        pass(batch.block(), from, n, own.child(from - batch.from()), into, k);
      }
      network.addGradient(into, params.offset(k));
    }
  }

  /** Forward and backward, adding loss and weight. */
  private void pass(Block block, int from, int n, RandomKey key, GradientSum into, int k) {
    NextTokens tokens = NextTokens.of(block.features(), from, n);
    try (PointerScope scope = new PointerScope()) {
      Tensor losses = losses(tokens, n, key, true);
      float[] found = new float[Math.toIntExact(losses.numel())];
      network.read(losses, found, 0);
      int steps = found.length / n;
      long[] targets = tokens.targets(steps);
      float[] weights = new float[found.length];
      for (int i = 0; i < weights.length; i++) {
        weights[i] = targets[i] == 0 ? 0f : rowWeights[i / steps];
        into.weightSums()[k] += weights[i];
        into.lossSums()[k] += weights[i] == 0 ? 0 : (double) weights[i] * found[i];
      }
      losses.backward(
          Place.floats(losses, weights, weights.length),
          new BoolOptional(false),
          false,
          new TensorArrayRefOptional());
    }
  }

  /** The loss of each step of rows that the network looks at: {@code [n x steps]}. */
  private Tensor losses(NextTokens tokens, int n, RandomKey key, boolean training) {
    Tensor scores = network.forward(tokens.inputs(), 0, n, key, training);
    int steps = Math.toIntExact(scores.size(1));
    return torch.cross_entropy_loss(
        scores.reshape((long) n * steps, vocabulary),
        Place.indices(scores, tokens.targets(steps)),
        new TensorOptional(),
        EACH,
        -1,
        0);
  }

  @Override
  public void predict(Parameters params, Batch batch, float[] into) {
    check(params, batch);
    try (ComputeTurn turn = ComputeTurn.in(ComputeFormat.FLOAT32)) {
      score(params, batch, into);
    }
  }

  private void score(Parameters params, Batch batch, float[] into) {
    float[] found = new float[mostRows * context];
    for (int k = 0; k < params.members(); k++) {
      set(params, k, batch);
      for (int from = batch.from(); from < batch.to(); from += mostRows) {
        int n = Math.min(mostRows, batch.to() - from);
        NextTokens tokens = NextTokens.of(batch.block().features(), from, n);
        int steps;
        try (PointerScope scope = new PointerScope();
            NoGradGuard guard = new NoGradGuard()) {
          Tensor losses = losses(tokens, n, RandomKey.of(0), false);
          network.read(losses, found, 0);
          steps = Math.toIntExact(losses.numel()) / n;
        }
        long[] targets = tokens.targets(steps);
        int at = (k * batch.rows() + from - batch.from()) * SCORES;
        for (int i = 0; i < n; i++) {
          into[at + i * SCORES] = (float) sum(targets, found, i * steps, steps);
          into[at + i * SCORES + 1] = tokens.predicted(i);
        }
      }
    }
  }

  private static double sum(long[] targets, float[] losses, int from, int steps) {
    double sum = 0;
    for (int i = from; i < from + steps; i++) {
      sum += targets[i] == 0 ? 0 : losses[i];
    }
    return sum;
  }

  private void set(Parameters params, int k, Batch batch) {
    Features rows = batch.block().features();
    network.set(params.values(), params.offset(k), rows, batch.from(), batch.to());
  }

  private void check(Parameters params, Batch batch) {
    int columns = batch.block().features().columns();
    if (params.size() != size || columns != context + 1) {
      throw new IllegalArgumentException(
          "%d parameters and %d tokens for a language model of %d parameters and a context of %d"
              .formatted(params.size(), columns, size, context));
    }
  }

  @Override
  public void close() {
    network.close();
  }
}
