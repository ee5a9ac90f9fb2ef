package dev.lockstep.optim;

import dev.lockstep.config.Registry;

/** All optimizers by the name they have in a run file. */
public final class Optimizers {
  /** The run file's {@code optimizer.kind}. */
  public static final Registry<Optimizer> REGISTRY =
      new Registry<Optimizer>("optimizer", Optimizer.class)
          .with("gd", Gd.class)
          .with("sgd", Sgd.class)
          .with("adagrad", Adagrad.class)
          .with("adadelta", Adadelta.class)
          .with("rmsprop", Rmsprop.class)
          .with("adam", Adam.class)
          .with("amsgrad", Amsgrad.class)
          .with("adamw", Adamw.class)
          .with("nadam", Nadam.class)
          .with("ftrl", Ftrl.class)
          .with("lars", Lars.class)
          .with("lamb", Lamb.class)
          .with("lion", Lion.class)
          .with("lbfgs", Lbfgs.class)
          .with("owlqn", Owlqn.class);

  private Optimizers() {}
}
