package dev.lockstep.glm;

import dev.lockstep.config.Registry;
import dev.lockstep.model.Model;

/** The kinds of linear models. */
public final class LinearModels {
  /** All kinds by name; to add one, a record and a line here. */
  public static final Registry<Model> REGISTRY =
      new Registry<Model>("model", Model.class)
          .with("linear", Linear.class)
          .with("logistic", Logistic.class)
          .with("softmax", Softmax.class)
          .with("poisson", Poisson.class)
          .with("huber", Huber.class)
          .with("log_cosh", LogCosh.class)
          .with("hinge", Hinge.class);

  private LinearModels() {}
}
