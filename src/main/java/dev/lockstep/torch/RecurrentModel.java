package dev.lockstep.torch;

import dev.lockstep.config.Ranges;
import dev.lockstep.loss.Loss;
import dev.lockstep.torch.Recurrent.Take;
import java.util.ArrayList;
import java.util.List;

/**
 * A network that reads texts: an embedding, recurrent layers one over the other, dense layers with
 * relu, and a dense layer of scores. Dropout follows the embedding and each hidden layer.
 */
public interface RecurrentModel extends NetworkModel {
  /** Values of the vector of a token. */
  int embedding();

  /** Units of the recurrent layers, in order. */
  List<Integer> hidden();

  /** Whether each recurrent layer also reads the tokens backwards. */
  boolean bidirectional();

  /** What the last recurrent layer gives of a text. */
  Take take();

  /** The share of values that become zero while training. */
  double dropout();

  /** Units of the dense layers before the scores, in order. */
  List<Integer> dense();

  /** A recurrent layer of the kind. */
  Recurrent layer(int units, Take take);

  /** Checks the ranges. */
  static void check(
      int embedding,
      List<Integer> hidden,
      Take take,
      double dropout,
      List<Integer> dense,
      Loss loss) {
    Ranges.atLeastOne("embedding", embedding);
    if (hidden.isEmpty()) {
      throw new IllegalArgumentException("hidden must name at least one layer, is []");
    }
    Ranges.eachAtLeastOne("hidden", hidden);
    if (take == Take.ALL) {
      throw new IllegalArgumentException(
          "take must be last, mean or max, is all: scores are of a text");
    }
    NextTokens.requireNoTake(loss, take, Take.LAST);
    Ranges.belowOne("dropout", dropout);
    Ranges.eachAtLeastOne("dense", dense);
  }

  @Override
  default List<Layer> layers(int outputs) {
    List<Layer> layers = new ArrayList<>();
    layers.add(new Embedding(embedding(), Embedding.DEFAULTS.deviation()));
    drop(layers);
    for (int i = 0; i < hidden().size(); i++) {
      boolean last = i == hidden().size() - 1 && loss().task() != Loss.Task.NEXT_TOKEN;
      layers.add(layer(hidden().get(i), last ? take() : Take.ALL));
      drop(layers);
    }
    for (int units : dense()) {
      layers.add(new Dense(units));
      layers.add(Activation.DEFAULTS);
      drop(layers);
    }
    layers.add(new Dense(outputs));
    return layers;
  }

  private void drop(List<Layer> layers) {
    if (dropout() > 0) {
      layers.add(new Dropout(dropout()));
    }
  }
}
