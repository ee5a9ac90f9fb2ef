package dev.lockstep.bench;

import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * The speed of the kernels on one core, by JMH, each figure in JVMs of its own; medians of their
 * iterations, in processor time.
 *
 * <p>Usage: {@code KernelBench [--only cohort|pass|step|update] [--iterations N] [--forks N]
 * [--json FILE]}.
 */
public final class KernelBench {
  private final Figures figures = new Figures();
  private final int iterations;
  private final int forks;

  private KernelBench(int iterations, int forks) {
    this.iterations = iterations;
    this.forks = forks;
  }

  /** Runs all benchmarks, or those of one kind. */
  public static void main(String[] args) throws RunnerException, IOException {
    String only = Figures.option("--only", args).orElse("");
    int iterations = Figures.number("--iterations", 9, args);
    KernelBench bench = new KernelBench(iterations, Figures.number("--forks", 1, args));
    if (only.isEmpty() || only.equals("cohort")) {
      bench.cohort();
    }
    if (only.isEmpty() || only.equals("pass")) {
      bench.pass();
    }
    if (only.isEmpty() || only.equals("step")) {
      bench.step();
    }
    if (only.isEmpty() || only.equals("update")) {
      bench.update();
    }
    bench.figures.write(args);
  }

  private void cohort() throws RunnerException {
    for (int features : new int[] {128, 512}) {
      for (int members : new int[] {8, 32, 128}) {
        double flops = 4.0 * CohortWork.ROWS * features * members / 1e9;
        String[] of = {"features", "" + features, "members", "" + members};
        double blas = flops / seconds(CohortWork.class, "vectorBlas", of);
        double linear = flops / gradients("linear", of);
        double logistic = flops / gradients("logistic", of);
        String name = " d=%d K=%d GFLOP/s, peer ".formatted(features, members);
        figures.print("gradients linear" + name + "VectorBLAS", linear, blas);
        figures.print("gradients logistic" + name + "VectorBLAS linear", logistic, blas);
        if (members == 8) {
          double plain = flops / seconds(CohortWork.class, "plain", of);
          figures.print("gradients logistic" + name + "plain loop", logistic, plain);
        }
      }
    }
  }

  private double gradients(String model, String... of) throws RunnerException {
    String[] params = Arrays.copyOf(of, of.length + 2);
    params[of.length] = "model";
    params[of.length + 1] = model;
    return seconds(CohortWork.class, "fused", params);
  }

  private void pass() throws RunnerException {
    for (String kind : new String[] {"dense", "sparse"}) {
      double bytes = PassWork.bytes(PassWork.blocks(kind)) / 1e9;
      double one = seconds(PassWork.class, "fused", "kind", kind, "members", "1");
      double read = seconds(PassWork.class, "read", "kind", kind, "members", "0");
      figures.print(kind + " K=1 GB/s, peer read-only loop", bytes / one, bytes / read);
      if (kind.equals("dense")) {
        double plain = seconds(PassWork.class, "plain", "kind", kind, "members", "1");
        figures.print("dense K=1 GB/s, peer plain loop", bytes / one, bytes / plain);
      } else {
        double nonzeros = 1e-9 * PassWork.ROWS * KernelData.NONZEROS;
        figures.print("sparse K=1 ns a nonzero, peer read-only", one / nonzeros, read / nonzeros);
        double eight = seconds(PassWork.class, "fused", "kind", kind, "members", "8");
        figures.print(
            "sparse K=8 ns a nonzero and member, peer K=1", eight / nonzeros / 8, one / nonzeros);
      }
    }
  }

  private void step() throws RunnerException {
    double ours = seconds(StepWork.class, "inOrder") * 1e6;
    double peer = seconds(StepWork.class, "anyOrder") * 1e6;
    figures.print("step 256 x 1000, us, peer sums in any order", ours, peer);
  }

  private void update() throws RunnerException {
    double small = seconds(UpdateWork.class, "adam", "size", "1000") * 1e6;
    double moved = seconds(UpdateWork.class, "triad", "size", "1000") * 1e6;
    figures.print("Adam step of 1,000, us, peer triad of 28 kB", small, moved);
    String[] large = {"size", "10000000"};
    double adam = clock("adam", large) * 1e3;
    figures.print("Adam step of 10 M, ms, peer triad of 280 MB", adam, clock("triad", large) * 1e3);
  }

  /** The median processor time of a call. */
  private double seconds(Class<?> work, String method, String... params) throws RunnerException {
    RunResult result = run(work, method, params);
    return result.getSecondaryResults().get("seconds").getStatistics().getPercentile(50);
  }

  /** The median time of an update by the clock: several cores work on it. */
  private double clock(String method, String... params) throws RunnerException {
    return run(UpdateWork.class, method, params)
        .getPrimaryResult()
        .getStatistics()
        .getPercentile(50);
  }

  private RunResult run(Class<?> work, String method, String... params) throws RunnerException {
    ChainedOptionsBuilder options =
        new OptionsBuilder()
            .include(work.getName() + "." + method + "$")
            .mode(Mode.AverageTime)
            .timeUnit(TimeUnit.SECONDS)
            .forks(forks)
            .jvmArgsAppend("--add-modules=jdk.incubator.vector")
            .warmupIterations((iterations + 1) / 2)
            .warmupTime(TimeValue.milliseconds(500))
            .measurementIterations(iterations)
            .measurementTime(TimeValue.milliseconds(150))
            .verbosity(VerboseMode.SILENT)
            .shouldFailOnError(true);
    for (int i = 0; i < params.length; i += 2) {
      options.param(params[i], params[i + 1]);
    }
    return new Runner(options.build()).runSingle();
  }
}
