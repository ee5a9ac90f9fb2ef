package dev.lockstep.torch;

/** How the matrices from state to state of a recurrent layer are filled before training. */
public enum HiddenInit {
  /** As all its tensors, in PyTorch: uniform within 1 / sqrt(units). */
  DEFAULT,

  /**
   * Orthogonal, the gates' matrices below each other as one, as {@code orthogonal_(weight_hh)} in
   * PyTorch: states neither fade nor grow over many steps at the start.
   */
  ORTHOGONAL;

  /** How a matrix starts. */
  Weight.Start start(int units) {
    return this == ORTHOGONAL ? new Orthogonal() : Weight.uniform(units);
  }
}
