package dev.lockstep.torch;

import dev.lockstep.data.Batch;
import dev.lockstep.data.Block;
import dev.lockstep.data.Category;
import dev.lockstep.data.DenseRows;
import dev.lockstep.data.Layout.Role;
import dev.lockstep.data.Layout.Run;
import dev.lockstep.loss.Loss;
import dev.lockstep.loss.NextTokenLoss;
import dev.lockstep.math.RandomKey;
import dev.lockstep.model.GradientSum;
import dev.lockstep.model.Parameters;
import dev.lockstep.model.Replica;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** A small network with rows that it can be trained on, and a name for both. */
record NetworkCase(String name, Plan plan, Loss loss, Block block) {
  static final RandomKey KEY = RandomKey.of(31);

  private static final int VOCABULARY = 7;
  private static final int CONTEXT = 5;

  /** A layer between two dense ones, so that the gradient passes through it, or over tokens. */
  static NetworkCase around(String name, Layer layer, Dims input, int rows, Loss loss) {
    if (loss.task() == Loss.Task.NEXT_TOKEN) {
      return language(name, rows, new Embedding(3, 1), Positions.DEFAULTS, layer);
    }
    int outputs = loss.task() == Loss.Task.BINARY ? 1 : 3;
    List<Layer> layers = new ArrayList<>();
    if (!input.areTokens() && input.categories().isEmpty()) {
      layers.add(new Dense(input.last()));
    }
    layers.addAll(List.of(layer, new Flatten(), new Dense(outputs)));
    Plan plan = Plan.of(layers, input);
    return new NetworkCase(name, plan, loss, block(plan, loss, rows, KEY.child(name)));
  }

  /** Layers before one of scores for each of a few tokens. */
  static NetworkCase language(String name, int rows, Layer... before) {
    List<Layer> layers = new ArrayList<>(List.of(before));
    layers.add(new Dense(VOCABULARY));
    Plan plan = Plan.of(layers, Dims.tokens(CONTEXT, VOCABULARY));
    NextTokenLoss loss = NextTokenLoss.DEFAULTS;
    return new NetworkCase(name, plan, loss, block(plan, loss, rows, KEY.child(name)));
  }

  /** Random rows, some of weight 0, with offsets. */
  static Block block(Plan plan, Loss loss, int rows, RandomKey key) {
    RandomGenerator random = key.generator();
    boolean unlabelled = loss.task() == Loss.Task.NEXT_TOKEN;
    int columns = plan.inputs().get(0).count() + (unlabelled ? 1 : 0);
    int outputs = unlabelled ? 0 : plan.output().count();
    int vocabulary = plan.inputs().get(0).vocabulary();
    boolean classes = loss.task() == Loss.Task.MULTICLASS;
    int stride = DenseRows.strideOf(columns);
    float[] x = new float[rows * stride];
    float[] weights = new float[rows];
    float[] offsets = new float[rows];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        x[i * stride + j] =
            vocabulary > 0 ? 1 + random.nextInt(vocabulary - 1) : (float) random.nextGaussian();
      }
      for (Category of : plan.inputs().get(0).categories()) {
        x[i * stride + of.feature()] = random.nextInt(of.size());
      }
      weights[i] = i % 5 == 4 ? 0 : (float) random.nextDouble(0.5, 2);
      offsets[i] = (float) random.nextGaussian() / 2;
    }
    float[] labels = new float[classes ? rows : rows * outputs];
    for (int i = 0; i < labels.length; i++) {
      labels[i] =
          switch (loss.task()) {
            case REGRESSION -> (float) random.nextGaussian();
            case COUNTS -> random.nextInt(4);
            case BINARY -> random.nextInt(2);
            case NEXT_TOKEN -> 0;
            case MULTICLASS -> random.nextInt(outputs);
          };
    }
    DenseRows features = new DenseRows(x, rows, columns, stride);
    return new Block(features, labels, classes ? 1 : outputs, weights, offsets, new byte[0]);
  }

  int size() {
    return plan.layout().size();
  }

  int outputs() {
    return loss.task() == Loss.Task.NEXT_TOKEN ? LanguageReplica.SCORES : plan.output().count();
  }

  /** Random parameters of members; running variances are positive. */
  float[] params(int members, RandomKey key) {
    RandomGenerator random = key.generator();
    float[] params = new float[members * size()];
    for (int i = 0; i < params.length; i++) {
      params[i] = (float) random.nextGaussian() * 0.4f;
    }
    for (Run run : plan.layout().runs(Role.BUFFER)) {
      for (int k = 0; k < members; k++) {
        for (int i = k * size() + run.from(); i < k * size() + run.to(); i++) {
          params[i] = Math.abs(params[i]) + 0.1f;
        }
      }
    }
    return params;
  }

  Replica open() {
    return loss.task() == Loss.Task.NEXT_TOKEN
        ? new LanguageReplica(plan, Passes.DEFAULTS)
        : new NetworkReplica(loss, outputs(), plan);
  }

  /** The sum over some rows. */
  GradientSum sum(float[] params, int from, int to) {
    try (Replica replica = open()) {
      return sum(replica, new Parameters(params.length / size(), size(), params), from, to);
    }
  }

  GradientSum sum(Replica replica, Parameters params, int from, int to) {
    GradientSum into = new GradientSum(params.members(), size(), false);
    replica.accumulate(params, new Batch(block, from, to), KEY, into);
    return into;
  }

  /** The scores of some rows. */
  float[] scores(float[] params, int from, int to) {
    int members = params.length / size();
    float[] scores = new float[members * (to - from) * outputs()];
    try (Replica replica = open()) {
      replica.predict(new Parameters(members, size(), params), new Batch(block, from, to), scores);
    }
    return scores;
  }

  NetworkCase with(Block other) {
    return new NetworkCase(name, plan, loss, other);
  }

  @Override
  public String toString() {
    return name;
  }
}
