package dev.lockstep.train;

/**
 * How a member stands between rounds, without its parameters.
 *
 * @param ending whether and how its training ended
 * @param epochs epochs or iterations ended
 * @param bestEpoch of the best evaluation; the last epoch where nothing is watched
 */
public record Standing(Ending ending, int epochs, int bestEpoch) {
  /** Before the first epoch. */
  public static final Standing START = new Standing(Ending.NONE, 0, 0);

  /** Whether it still trains. */
  public boolean inTraining() {
    return ending == Ending.NONE;
  }
}
