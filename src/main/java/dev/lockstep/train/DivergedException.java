package dev.lockstep.train;

/** The training left the finite numbers. */
public final class DivergedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** One sentence: step, loss, gradient norm, rate, and what to try. */
  public DivergedException(String message) {
    super(message);
  }

  static DivergedException at(long step, double loss, double gradientNorm, double rate) {
    return new DivergedException(
        "step %d: loss %s, gradient norm %s at learning rate %s are not finite;"
                .formatted(step, loss, gradientNorm, rate)
            + " try a smaller optimizer.learning_rate, gradient.clip_norm, a warmup,"
            + " or standardized features");
  }

  static DivergedException atStart(double loss, double gradientNorm) {
    return new DivergedException(
        "step 0: loss %s, gradient norm %s are not finite where the solver starts;"
                .formatted(loss, gradientNorm)
            + " try standardized features, or leave out init");
  }
}
