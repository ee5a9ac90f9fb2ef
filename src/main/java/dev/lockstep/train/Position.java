package dev.lockstep.train;

/**
 * How far a training has come.
 *
 * @param step steps taken
 * @param epoch epochs ended (for solvers: the most iterations of any member)
 * @param batch batches taken of the epoch that is under way (for solvers: rounds since an iteration
 *     ended)
 */
public record Position(long step, int epoch, long batch) {
  /** Before the first step. */
  public static final Position START = new Position(0, 0, 0);
}
