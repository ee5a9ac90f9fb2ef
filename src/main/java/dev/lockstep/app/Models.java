package dev.lockstep.app;

import dev.lockstep.config.Registry;
import dev.lockstep.glm.LinearModels;
import dev.lockstep.model.Model;
import dev.lockstep.torch.Networks;

/** All kinds of models that a run file can name. */
final class Models {
  static final Registry<Model> REGISTRY =
      new Registry<Model>("model", Model.class).with(LinearModels.REGISTRY).with(Networks.REGISTRY);

  private Models() {}
}
