package dev.lockstep.bench;

import dev.lockstep.data.Layout;
import dev.lockstep.optim.Adam;
import dev.lockstep.optim.GradientTransforms;
import dev.lockstep.optim.Update;
import dev.lockstep.optim.Updates;
import dev.lockstep.spark.gang.DriverShare;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * Where all-reduce on the driver stops paying: the driver's time in a step of the {@code gang}
 * engine by the number of executors and parameters, in milliseconds, medians. The whole is held
 * against the time in which a ring all-reduce would move its bytes, {@code 2 (n - 1) / n} times the
 * gradient, through each worker's link, if that were one loopback socket of this machine; each part
 * of it against the whole. Last, what a sender costs for a million parameters, by least squares of
 * {@code a + b n P} over all cases.
 *
 * <p>Usage: {@code ScalingBench [--senders N] [--parameters P] [--rounds R] [--json FILE]}.
 */
public final class ScalingBench {
  private static final int[] SIZES = {1_000, 100_000, 10_000_000};
  private static final int MOST_SENDERS = 64;
  private static final double MILLIS = 1e6;
  private static final double TIME_MILLIS = 1000;

  private final Figures figures = new Figures();
  private final List<double[]> cases = new ArrayList<>(); // n P, milliseconds

  private ScalingBench() {}

  /** Runs the benchmark. */
  public static void main(String[] args) throws IOException {
    int most = Figures.number("--senders", MOST_SENDERS, args);
    int rounds = Figures.number("--rounds", 3, args);
    Optional<String> only = Figures.option("--parameters", args);
    int[] sizes = only.map(size -> new int[] {Integer.parseInt(size)}).orElse(SIZES);
    ScalingBench bench = new ScalingBench();
    for (int size : sizes) {
      for (int senders = 2; senders <= most; senders *= 2) {
        bench.run(senders, size, rounds);
      }
    }
    bench.fit();
    bench.figures.write(args);
  }

  private void run(int senders, int size, int rounds) throws IOException {
    List<DriverShare.Share> shares = new ArrayList<>();
    int ringBytes = (int) (4L * size * (senders - 1) / senders);
    double ring;
    try (DriverShare driver = new DriverShare(senders, size);
        LoopbackSocket link = LoopbackSocket.open(ringBytes)) {
      long start = System.nanoTime();
      driver.step();
      double once = (System.nanoTime() - start) / MILLIS;
      int steps = (int) Math.max(rounds, Math.min(300, TIME_MILLIS / once));
      double[] links = new double[steps];
      for (int warm = 0; warm < steps; warm++) {
        driver.step();
      }
      for (int i = 0; i < steps; i++) {
        shares.add(driver.step());
        long from = System.nanoTime();
        link.upAndDown();
        links[i] = (System.nanoTime() - from) / MILLIS;
      }
      ring = Figures.median(links);
    }
    double update = update(size, rounds);
    double receive = median(shares, DriverShare.Share::receive);
    double sum = median(shares, DriverShare.Share::sum);
    double send = median(shares, DriverShare.Share::send);
    double all = receive + sum + update + send;
    String name = "driver_%d_senders_%d_parameters".formatted(senders, size);
    figures.print(name + "_ms", all, ring);
    figures.print(name + "_receive_ms", receive, all);
    figures.print(name + "_sum_ms", sum, all);
    figures.print(name + "_update_ms", update, all);
    figures.print(name + "_send_ms", send, all);
    cases.add(new double[] {(double) senders * size, all});
  }

  private static double median(
      List<DriverShare.Share> shares, ToDoubleFunction<DriverShare.Share> part) {
    return Figures.median(shares.stream().mapToDouble(part).toArray());
  }

  /** Adam on all cores. */
  private static double update(int size, int rounds) {
    Layout layout = Layout.empty().with("weight", true, size);
    Update first = Update.first(Adam.DEFAULTS, KernelData.weights(size), layout, 0);
    GradientTransforms plain = GradientTransforms.DEFAULTS;
    float[] sums = KernelData.weights(size);
    int steps = rounds + Math.min(1000, 20_000_000 / size);
    double[] millis = new double[steps];
    for (int i = 0; i < steps; i++) {
      long from = System.nanoTime();
      Update now = first.at(i + 1, 1e-9);
      double norm = Updates.meanAndNorm(sums, 0, 256, now.gradient());
      Updates.take(Adam.DEFAULTS, now, norm, plain, 1e-4);
      millis[i] = (System.nanoTime() - from) / MILLIS;
    }
    return Figures.median(millis);
  }

  /** Fits the relative error, so that small cases count as much as large ones. */
  private void fit() {
    double w = 0;
    double wx = 0;
    double wxx = 0;
    double wy = 0;
    double wxy = 0;
    for (double[] each : cases) {
      double weight = 1 / (each[1] * each[1]);
      w += weight;
      wx += weight * each[0];
      wxx += weight * each[0] * each[0];
      wy += weight * each[1];
      wxy += weight * each[0] * each[1];
    }
    double slope = (w * wxy - wx * wy) / (w * wxx - wx * wx);
    double constant = (wy - slope * wx) / w;
    System.out.printf(
        Locale.ROOT,
        "driver's step: %.3f ms + %.3f ms a sender and million parameters%n",
        constant,
        slope * 1e6);
  }
}
