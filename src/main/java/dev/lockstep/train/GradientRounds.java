package dev.lockstep.train;

import dev.lockstep.config.ConfigException;
import dev.lockstep.data.DataException;
import dev.lockstep.data.InputMissingException;
import dev.lockstep.model.GradientSum;
import dev.lockstep.model.Parameters;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The gradient of a step from the machines: one round, or one for each micro-batch. */
final class GradientRounds {
  private static final Logger LOG = LoggerFactory.getLogger(GradientRounds.class);

  private final Cluster cluster;
  private final int parts;

  /**
   * Rounds of these machines.
   *
   * @param parts micro-batches of a step
   */
  GradientRounds(Cluster cluster, int parts) {
    this.cluster = cluster;
    this.parts = parts;
  }

  /**
   * The sums of the rounds, added in order; they hold until the next one.
   *
   * @param stop whether a stop was asked for
   * @return empty if one was and the machines failed, as where they end with the driver; the same
   *     step tells what the failure was when it is done again
   */
  Optional<GradientSum> sum(Parameters points, Step step, BooleanSupplier stop) {
    cluster.giveUpAfter(stop);
    try {
      return Optional.of(sum(points, step));
    } catch (DataException | ConfigException | InputMissingException e) {
      throw e; // which no other try would mend
    } catch (RuntimeException e) {
      if (stop.getAsBoolean()) {
        LOG.warn("the step is given up, for a stop was asked for: {}", e.toString());
        return Optional.empty();
      }
      throw e;
    }
  }

  private GradientSum sum(Parameters points, Step step) {
    GradientSum first = cluster.gradient(points, step.part(0, parts));
    GradientSum sum = parts == 1 ? first : first.copy(); // the next round may take its arrays
    for (int part = 1; part < parts; part++) {
      sum.add(cluster.gradient(points, step.part(part, parts)));
    }
    return sum;
  }
}
