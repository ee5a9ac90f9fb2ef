package dev.lockstep.torch;

import dev.lockstep.data.Schema;
import dev.lockstep.loss.LogisticLoss;
import dev.lockstep.model.Replica;
import java.util.List;

/** Networks over tokens whose table is in native memory as a whole: the plain form. */
public final class WholeTable {
  private WholeTable() {}

  /** A running copy of layers for two classes; the caller closes it. */
  public static Replica open(List<Layer> layers, Schema schema) {
    Plan plan = Plan.of(layers, Dims.tokens(schema.features(), schema.vocabulary()));
    int mostRows = Passes.DEFAULTS.mostRows();
    NativeNetwork network = new NativeNetwork(plan, mostRows, Place.CPU, true);
    return NetworkReplica.of(new LogisticLoss(), 1, schema, Passes.DEFAULTS, network);
  }
}
