package dev.lockstep.train;

import dev.lockstep.optim.Optimizer;
import java.util.List;

/**
 * What gradients and parameters are rounded to on their way: {@code engine.exchange} of the run
 * file. The rounding is part of the arithmetic of a step, in every engine and in {@link
 * LocalCluster} alike, so an engine changes no bits, and neither does how shards are grouped; the
 * format does.
 */
public enum ExchangeFormat {
  /** Nothing is rounded. */
  FLOAT32,
  /**
   * To 16 bits, in steps on mini-batches. Up: every node of the fixed tree over shards but the root
   * is rounded stochastically ({@link TreeRounding}), so that the sum stays unbiased. Down: workers
   * hold parameters of their own, which follow the trained ones by rounded changes; what was
   * rounded away goes with the next change (error feedback: Seide et al. 2014, Karimireddy et al.
   * 2019). That memory is one vector a member and lives on the driver, with the checkpoint; up, it
   * would be one in each executor and be lost with it, hence unbiased rounding there.
   */
  BF16;

  /** What speaks against the format with an optimizer, a sentence each; empty if nothing. */
  public List<String> problems(Optimizer optimizer) {
    return this == BF16 && optimizer.fullBatch()
        ? List.of(
            "engine.exchange is bf16, but the optimizer adds full batches up in float64: set it to"
                + " float32, or use an optimizer of mini-batches such as sgd or adam")
        : List.of();
  }
}
