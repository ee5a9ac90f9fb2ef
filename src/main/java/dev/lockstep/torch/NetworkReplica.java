package dev.lockstep.torch;

import dev.lockstep.data.AugmentedRows;
import dev.lockstep.data.Batch;
import dev.lockstep.data.Block;
import dev.lockstep.data.Features;
import dev.lockstep.data.Schema;
import dev.lockstep.loss.Loss;
import dev.lockstep.math.RandomKey;
import dev.lockstep.model.GradientSum;
import dev.lockstep.model.Parameters;
import dev.lockstep.model.Replica;
import java.util.Optional;
import java.util.OptionalInt;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/**
 * A running network: members take turns on the same rows. Losses and slopes are computed in Java
 * from the scores, as those of linear models are.
 *
 * <p>Rows go through in passes of {@code mostRows} at most, cut by their places in the batch alone,
 * or, of texts, by their lengths ({@link LengthPasses}), so that memory is bounded and the bits
 * depend on the batch alone. Where rows change each other's scores (batch normalization), those
 * without weight are left out first, and the passes have nearly as many rows each. Rows that are
 * fewer than the network can train on add nothing: no loss, no gradient and no weight.
 */
final class NetworkReplica implements Replica {
  private final Loss loss;
  private final int outputs;
  private final int features;
  private final int size;
  private final Passes passes;
  private final RunningNetwork network;

  /** {@code [mostRows, outputs]}: scores, then slopes. */
  private final float[] scores;

  private final float[] weights;

  /** Whether the rows of a training pass change each other's scores. */
  private final boolean coupled;

  /** How many rows a training pass must have. */
  private final int leastRows;

  private final WeighedRows weighed = new WeighedRows();
  private final Optional<AugmentedRows> augmented;

  /** Parameters that do not change for the time being, and whether the network has taken them. */
  private Optional<Parameters> held = Optional.empty();

  private boolean taken;

  /** Passes of texts of like lengths; empty where rows pass as they come. */
  private final Optional<LengthPasses> byLength;

  /** A replica of layers. */
  NetworkReplica(Loss loss, int outputs, Plan plan) {
    this(loss, outputs, plan, Passes.DEFAULTS);
  }

  /** A replica of layers with passes as told. */
  NetworkReplica(Loss loss, int outputs, Plan plan, Passes passes) {
    this(
        loss,
        outputs,
        plan.inputs().get(0).count(),
        passes,
        new NativeNetwork(plan, passes.mostRows(), passes.place()),
        Optional.empty());
  }

  /**
   * A replica of a network that runs already.
   *
   * @param outputs scores a row
   * @param features numbers a row
   * @param passes that the network takes
   * @param network closed with the replica
   * @param augmented what rows become while training; empty where they stay as they are
   */
  NetworkReplica(
      Loss loss,
      int outputs,
      int features,
      Passes passes,
      RunningNetwork network,
      Optional<AugmentedRows> augmented) {
    this.loss = loss;
    this.outputs = outputs;
    this.features = features;
    this.passes = passes;
    this.size = network.layout().size();
    this.network = network;
    this.scores = new float[Math.multiplyExact(passes.mostRows(), outputs)];
    this.weights = new float[passes.mostRows()];
    this.coupled = network.couplesRows();
    this.leastRows = network.leastRows();
    this.augmented = augmented;
    this.byLength =
        network.trimsPadding() && !coupled
            ? Optional.of(new LengthPasses(passes.mostRows()))
            : Optional.empty();
  }

  /** A replica of a network that runs already, for rows of a schema. */
  static NetworkReplica of(
      Loss loss, int outputs, Schema schema, Passes passes, RunningNetwork network) {
    Optional<AugmentedRows> augmented =
        schema.augmentation().isNone()
            ? Optional.empty()
            : Optional.of(new AugmentedRows(schema.augmentation(), schema.shape()));
    Loss trained = loss.byClass(schema.classWeights());
    return new NetworkReplica(trained, outputs, schema.features(), passes, network, augmented);
  }

  @Override
  public OptionalInt coupledRows() {
    return coupled || leastRows > 1 ? OptionalInt.of(passes.mostRows()) : OptionalInt.empty();
  }

  @Override
  public void accumulate(Parameters params, Batch batch, RandomKey key, GradientSum into) {
    check(params, batch);
    try (ComputeTurn turn = ComputeTurn.in(passes.compute())) {
      add(params, batch, key, into);
    }
  }

  private void add(Parameters params, Batch batch, RandomKey key, GradientSum into) {
    Batch ordered = ordered(batch);
    for (int k = 0; k < params.members(); k++) {
      RandomKey own = key.child(params.seed(k));
      Batch seen = enough(coupled ? weighed.of(batch, params.heldOut(), k) : ordered);
      set(params, k, seen);
      for (int from = seen.from(), n; from < seen.to(); from += n) {
        n = next(seen, from, true);
        double weight = RowWeights.fill(params, k, seen.block(), from, n, weights);
        RandomKey rows = own.child(from - seen.from());
        into.weightSums()[k] += weight;
        into.lossSums()[k] += pass(seen, from, n, rows, params.seed(k));
        network.weigh(weight);
      }
      network.addGradient(into, params.offset(k));
    }
  }

  /** The rows if they are enough to train on, or none of them. */
  private Batch enough(Batch batch) {
    return batch.rows() < leastRows ? new Batch(batch.block(), batch.from(), batch.from()) : batch;
  }

  private Batch ordered(Batch batch) {
    return byLength.isPresent() ? byLength.get().of(batch) : batch;
  }

  /** How many rows pass next; while training, so many that enough are left for a last pass. */
  private int next(Batch seen, int from, boolean training) {
    if (byLength.isPresent()) {
      return byLength.get().rowsFrom(from - seen.from());
    }
    int most = passes.mostRows();
    int left = seen.to() - from;
    if (training && coupled) {
      return left / ((left + most - 1) / most);
    }
    int n = Math.min(most, left);
    int rest = left - n;
    return training && rest > 0 && rest < leastRows ? n - (leastRows - rest) : n;
  }

  /** Forward and backward; the sum of weight times loss. */
  private double pass(Batch batch, int from, int n, RandomKey key, long seed) {
    Block block = batch.block();
    try (PointerScope scope = new PointerScope()) {
      Tensor found =
          augmented.isPresent()
              ? network.forward(augmented.get().of(batch, from, n, seed), 0, n, key, true)
              : network.forward(block.features(), from, n, key, true);
      network.read(found, scores, 0);
      addOffsets(block, from, n);
      double lossSum = slopes(block, from, n);
      network.backward(found, scores);
      return lossSum;
    }
  }

  /** Turns the scores into slopes; the sum of weight times loss. */
  private double slopes(Block block, int from, int n) {
    float[] labels = block.labels();
    return passes
        .distillation()
        .map(by -> by.slopes(loss, scores, outputs, labels, from, block.taught(), weights, n))
        .orElseGet(() -> loss.slopes(scores, 0, outputs, labels, from, weights, n));
  }

  @Override
  public void predict(Parameters params, Batch batch, float[] into) {
    check(params, batch);
    try (ComputeTurn turn = ComputeTurn.in(ComputeFormat.FLOAT32)) {
      score(params, batch, into);
    }
  }

  private void score(Parameters params, Batch batch, float[] into) {
    Batch seen = ordered(batch);
    RandomKey unused = RandomKey.of(0);
    for (int k = 0; k < params.members(); k++) {
      set(params, k, seen);
      for (int from = seen.from(), n; from < seen.to(); from += n) {
        n = next(seen, from, false);
        try (PointerScope scope = new PointerScope();
            NoGradGuard guard = new NoGradGuard()) {
          Features features = seen.block().features();
          network.read(network.forward(features, from, n, unused, false), scores, 0);
        }
        addOffsets(seen.block(), from, n);
        int done = from - seen.from();
        for (int i = 0; i < n; i++) {
          int row = byLength.isPresent() ? byLength.get().row(done + i) - batch.from() : done + i;
          int to = (k * batch.rows() + row) * outputs;
          System.arraycopy(scores, i * outputs, into, to, outputs);
        }
      }
    }
  }

  @Override
  public void hold(Optional<Parameters> params) {
    held = params;
    taken = false;
  }

  private void set(Parameters params, int k, Batch batch) {
    Features rows = batch.block().features();
    float[] values = params.values();
    int offset = params.offset(k);
    boolean keep = params.members() == 1 && held.filter(each -> each == params).isPresent();
    if (keep && taken) {
      network.setAgain(values, offset, rows, batch.from(), batch.to());
    } else {
      network.set(values, offset, rows, batch.from(), batch.to());
    }
    taken = keep;
  }

  private void check(Parameters params, Batch batch) {
    int columns = batch.block().features().columns();
    if (params.size() != size || columns != features) {
      throw new IllegalArgumentException(
          "%d parameters and %d columns for a network of %d parameters and %d features"
              .formatted(params.size(), columns, size, features));
    }
  }

  private void addOffsets(Block block, int from, int n) {
    if (block.offsets().length > 0) {
      for (int i = 0; i < n * outputs; i++) {
        scores[i] += block.offset(from + i / outputs);
      }
    }
  }

  @Override
  public void close() {
    network.close();
  }
}
