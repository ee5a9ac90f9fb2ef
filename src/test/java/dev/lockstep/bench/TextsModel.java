package dev.lockstep.bench;

import dev.lockstep.data.Batch;
import dev.lockstep.data.Block;
import dev.lockstep.data.DenseRows;
import dev.lockstep.data.Layout;
import dev.lockstep.data.Schema;
import dev.lockstep.loss.LogisticLoss;
import dev.lockstep.loss.Loss;
import dev.lockstep.math.RandomKey;
import dev.lockstep.model.GradientSum;
import dev.lockstep.model.Model;
import dev.lockstep.model.Parameters;
import dev.lockstep.model.Replica;
import dev.lockstep.model.Touched;
import dev.lockstep.torch.Dense;
import dev.lockstep.torch.Embedding;
import dev.lockstep.torch.Layer;
import dev.lockstep.torch.Network;
import dev.lockstep.torch.Take;
import dev.lockstep.torch.WholeTable;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * A network over texts that it makes up: an embedding, the mean of a text, two classes. Whatever
 * the shards hold, each gives the gradient of so many texts, whose tokens are as frequent as words
 * are (Zipf's law).
 *
 * @param vocabulary tokens
 * @param dim of their vectors
 * @param rows texts of a shard in a step
 * @param length tokens of a text
 * @param whole whether the table is in native memory as a whole and every block of its gradient
 *     travels: the plain form, whose values differ, too little to matter, so that none is +0.0
 */
record TextsModel(int vocabulary, int dim, int rows, int length, boolean whole) implements Model {
  private static final float TINY = 1e-30f;

  private Schema texts() {
    return new Schema(
        List.of(), length, List.of("y"), List.of("0", "1"), List.of(), List.of(), vocabulary);
  }

  private Network network() {
    List<Layer> layers = List.of(new Embedding(dim, 1), Take.DEFAULTS, new Dense(1));
    return new Network(layers, new LogisticLoss());
  }

  @Override
  public Loss loss() {
    return new LogisticLoss();
  }

  @Override
  public int outputs(Schema schema) {
    return 1;
  }

  @Override
  public Layout layout(Schema schema) {
    return network().layout(texts());
  }

  @Override
  public void initialize(float[] params, Schema schema, RandomGenerator random) {
    network().initialize(params, texts(), random);
  }

  /** Texts of a step and shard. */
  private Block block(RandomKey key) {
    float[] ids = new float[rows * length];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = Math.min(vocabulary - 1, (int) Math.pow(vocabulary, key.uniform(i)));
    }
    float[] labels = new float[rows];
    for (int i = 0; i < rows; i++) {
      labels[i] = i % 2;
    }
    DenseRows features = new DenseRows(ids, rows, length, length);
    return new Block(features, labels, 1, new float[0], new float[0], new byte[0]);
  }

  @Override
  public Replica open(Schema schema) {
    Replica network =
        whole ? WholeTable.open(network().layers(), texts()) : network().open(texts());
    return new Replica() {
      @Override
      public void accumulate(Parameters params, Batch batch, RandomKey key, GradientSum into) {
        network.accumulate(params, Batch.of(block(key)), key, into);
        if (whole) {
          float[] values = into.gradients();
          for (int i = 0; i < values.length; i += Touched.BLOCK) {
            values[i] = values[i] == 0 ? TINY : values[i];
          }
        }
      }

      @Override
      public void predict(Parameters params, Batch batch, float[] scores) {
        // Nobody is judged.
      }

      @Override
      public void close() {
        network.close();
      }
    };
  }
}
