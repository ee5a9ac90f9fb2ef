package dev.lockstep.bench;

import dev.lockstep.spark.run.LockstepSession;
import dev.lockstep.spark.source.Synthetic;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.SparkContext;
import org.apache.spark.ml.classification.MultilayerPerceptronClassifier;
import org.apache.spark.ml.linalg.BLAS$;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;

/**
 * MLlib's perceptron by l-bfgs over cached rows, in a process of its own that answers a line with
 * the seconds of a pass: the BLAS that MLlib finds on the system and libtorch's do not bear each
 * other in one process. Every evaluation of its objective is one pass and one Spark job; they are
 * counted, since a line search may take several an iteration.
 */
final class PerceptronOfMllib {
  private static final int ITERATIONS = 3;
  private static final int BLOCK = 4096;

  private PerceptronOfMllib() {}

  /** Serves standard input: {@code PerceptronOfMllib MASTER ROWS WIDTH WIDTH ..}. */
  public static void main(String[] args) throws IOException, TimeoutException {
    int[] widths = Arrays.stream(args).skip(2).mapToInt(Integer::parseInt).toArray();
    try (LockstepSession session = LockstepSession.start("mllib", Optional.of(args[0]))) {
      Synthetic source = NetworkBench.source(Integer.parseInt(args[1]), widths);
      Dataset<Row> rows = OurFit.rows(session, source).persist(StorageLevel.MEMORY_ONLY());
      String blas = BLAS$.MODULE$.nativeBLAS().getClass().getSimpleName();
      System.out.println(
          "ready MLlib, its matrices by netlib's %s, %,d rows".formatted(blas, rows.count()));
      BufferedReader requests =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
      while (requests.readLine() != null) {
        System.out.println(secondsOfAPass(rows, widths));
      }
    }
  }

  /** The seconds of a fit for each of its passes. */
  private static double secondsOfAPass(Dataset<Row> rows, int[] widths) throws TimeoutException {
    SparkContext context = rows.sparkSession().sparkContext();
    AtomicInteger jobs = new AtomicInteger();
    SparkListener counter =
        new SparkListener() {
          @Override
          public void onJobStart(SparkListenerJobStart start) {
            jobs.incrementAndGet();
          }
        };
    context.addSparkListener(counter);
    MultilayerPerceptronClassifier classifier =
        new MultilayerPerceptronClassifier()
            .setLayers(widths)
            .setSolver("l-bfgs")
            .setBlockSize(BLOCK)
            .setMaxIter(ITERATIONS)
            .setSeed(1);
    double seconds = Figures.seconds(() -> classifier.fit(rows));
    context.listenerBus().waitUntilEmpty();
    context.removeSparkListener(counter);
    return seconds / jobs.get();
  }
}
