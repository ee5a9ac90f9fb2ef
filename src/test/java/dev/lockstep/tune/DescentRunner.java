package dev.lockstep.tune;

import dev.lockstep.tune.space.Configuration;
import dev.lockstep.tune.strategy.FoldReport;
import dev.lockstep.tune.strategy.Status;
import dev.lockstep.tune.strategy.Trial;
import dev.lockstep.tune.strategy.TrialReport;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Really trains, on a small scale: gradient descent on quadratics of widely different curvature
 * with noisy targets, one for each fold, by {@code optimizer.learning_rate} and {@code
 * regularization.l2}. A high rate diverges, a low one is slow, the penalty helps against the noise.
 * A rate of exactly 0.123 cannot be trained. Values are validation losses.
 */
final class DescentRunner implements TrialRunner {
  static final String RATE = "optimizer.learning_rate";
  static final String L2 = "regularization.l2";
  private static final double[] CURVATURES = {1, 0.5, 0.2, 0.1, 0.05, 0.02};

  private final int epochs;
  private final int folds;
  private final int patience;
  private final Runnable afterEpoch;

  /** Epochs of all trials together. */
  long epochsTrained;

  DescentRunner(int epochs, int folds, int patience, Runnable afterEpoch) {
    this.epochs = epochs;
    this.folds = folds;
    this.patience = patience;
    this.afterEpoch = afterEpoch;
  }

  DescentRunner(int epochs) {
    this(epochs, 2, Integer.MAX_VALUE, () -> {});
  }

  @Override
  public Running start(List<Trial> trials) {
    NavigableMap<Integer, Descent> running = new TreeMap<>();
    trials.forEach(trial -> running.put(trial.number(), new Descent(trial)));
    return new Together(running);
  }

  private final class Together implements Running {
    private final NavigableMap<Integer, Descent> running;

    Together(NavigableMap<Integer, Descent> running) {
      this.running = running;
    }

    @Override
    public void advance(int mark, Consumer<TrialReport> ended, BooleanSupplier enough) {
      List<Descent> all = new ArrayList<>(running.values());
      for (int epoch = 0; epoch < Math.min(mark, epochs) && !enough.getAsBoolean(); epoch++) {
        boolean trained = false;
        for (Descent one : all) {
          if (one.epoch <= epoch && running.containsKey(one.trial)) {
            trained = true;
            one.step();
            if (one.status != Status.RUNNING) {
              running.remove(one.trial);
              ended.accept(one.report());
            }
          }
        }
        if (trained) {
          afterEpoch.run();
        }
      }
    }

    @Override
    public List<TrialReport> reports() {
      return running.values().stream().map(Descent::report).toList();
    }

    @Override
    public void stop(Collection<Integer> trials) {
      trials.forEach(running::remove);
    }

    @Override
    public void close() {
      running.clear();
    }
  }

  private final class Descent {
    private final int trial;
    private final double rate;
    private final double l2;
    private final double[][] weights = new double[folds][CURVATURES.length];
    private final double[] now = new double[folds];
    private final double[] best = new double[folds];
    private final int[] bestEpoch = new int[folds];
    private int epoch;
    private Status status = Status.RUNNING;
    private String reason = "";

    Descent(Trial trial) {
      this.trial = trial.number();
      Configuration configuration = trial.configuration();
      rate = ((Number) configuration.find(RATE).orElse(0.1)).doubleValue();
      l2 = ((Number) configuration.find(L2).orElse(0.0)).doubleValue();
      Arrays.fill(best, Double.POSITIVE_INFINITY);
    }

    void step() {
      epoch++;
      epochsTrained++;
      if (rate == 0.123) {
        status = Status.FAILED;
        reason = "there is no such rate";
        return;
      }
      int patient = 0;
      for (int fold = 0; fold < folds; fold++) {
        now[fold] = 0;
        for (int i = 0; i < CURVATURES.length; i++) {
          double truth = 1 + 0.1 * i;
          double seen = truth + 0.4 * Math.sin(7 * fold + 3 * i);
          double[] w = weights[fold];
          w[i] -= rate * (CURVATURES[i] * (w[i] - seen) + l2 * w[i]);
          now[fold] += CURVATURES[i] * (w[i] - truth) * (w[i] - truth);
        }
        if (now[fold] < best[fold]) {
          best[fold] = now[fold];
          bestEpoch[fold] = epoch;
        }
        patient = Math.max(patient, patience - (epoch - bestEpoch[fold]));
      }
      if (!(now[0] < 1e6)) {
        status = Status.DIVERGED;
        reason = "the loss was " + now[0];
      } else if (epoch == epochs || patient <= 0) {
        status = Status.FINISHED;
      }
    }

    TrialReport report() {
      List<FoldReport> reports = new ArrayList<>();
      for (int fold = 0; fold < folds && status != Status.FAILED; fold++) {
        reports.add(new FoldReport(epoch, now[fold], best[fold], bestEpoch[fold]));
      }
      Optional<String> why = reason.isEmpty() ? Optional.empty() : Optional.of(reason);
      return new TrialReport(trial, status, why, reports, epoch);
    }
  }
}
