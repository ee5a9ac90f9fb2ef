package dev.lockstep.torch;

import dev.lockstep.config.Registry;

/** The kinds of layers. */
public final class Layers {
  /** All kinds by name; to add one, a record and a line here. */
  public static final Registry<Layer> REGISTRY =
      new Registry<Layer>("layer", Layer.class)
          .with("dense", Dense.class)
          .with("activation", Activation.class)
          .with("dropout", Dropout.class)
          .with("norm", Norm.class)
          .with("batch_norm", BatchNorm.class)
          .with("conv", Conv.class)
          .with("pool", Pool.class)
          .with("flatten", Flatten.class)
          .with("transpose", Transpose.class)
          .with("embedding", Embedding.class)
          .with("category_embedding", CategoryEmbedding.class)
          .with("lstm", Lstm.class)
          .with("gru", Gru.class)
          .with("rnn", Rnn.class)
          .with("positions", Positions.class)
          .with("attention", Attention.class)
          .with("encoder", Encoder.class)
          .with("take", Take.class);

  private Layers() {}
}
