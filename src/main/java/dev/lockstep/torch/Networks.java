package dev.lockstep.torch;

import dev.lockstep.config.Registry;
import dev.lockstep.model.Model;

/** The kinds of networks. */
public final class Networks {
  /** All kinds by name; to add one, a record and a line here. */
  public static final Registry<Model> REGISTRY =
      new Registry<Model>("model", Model.class)
          .with("mlp", Mlp.class)
          .with("lstm", LstmNetwork.class)
          .with("gru", GruNetwork.class)
          .with("rnn", RnnNetwork.class)
          .with("cnn", Cnn.class)
          .with("transformer", Transformer.class)
          .with("network", Network.class)
          .with("torchscript", TorchScript.class)
          .sharing(Regimen.class);

  private Networks() {}
}
