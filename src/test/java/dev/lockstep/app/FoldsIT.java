package dev.lockstep.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.data.FoldPlan;
import dev.lockstep.data.HeldOut;
import dev.lockstep.data.Split;
import dev.lockstep.loss.Loss.Task;
import dev.lockstep.math.RandomKey;
import dev.lockstep.model.Parameters;
import dev.lockstep.spark.LocalSpark;
import dev.lockstep.spark.run.DealtData;
import dev.lockstep.spark.run.LockstepSession;
import dev.lockstep.spark.run.ShardedData;
import dev.lockstep.train.CheckpointSettings;
import dev.lockstep.train.Checkpointer;
import dev.lockstep.train.Cluster;
import dev.lockstep.train.EpochReport;
import dev.lockstep.train.FoldMoments;
import dev.lockstep.train.MemberSettings;
import dev.lockstep.train.Rescaling;
import dev.lockstep.train.Training;
import dev.lockstep.train.TrainingListener;
import dev.lockstep.train.TrainingPlan;
import dev.lockstep.train.metric.Evaluation;
import dev.lockstep.train.metric.Precision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Folds of a real table: what a member learns that holds one out, encoded once or for itself. */
class FoldsIT {
  static Stream<FoldPlan> plans() {
    return Stream.of(
        new FoldPlan(3, 2),
        new FoldPlan(3, 1, Optional.of("t"), 0),
        new FoldPlan(3, 1, Optional.of("t"), 7));
  }

  @TempDir private Path folder;

  private static DealtData read(LockstepSession session, RunFile run, FoldPlan plan) {
    return DealtData.read(
        session, run.data(), Task.BINARY, run.seed(), run.shards(), List.of(), plan, Map.of());
  }

  @ParameterizedTest
  @MethodSource("plans")
  void meansAndScalesOfAFoldAreThoseOfItsOwnRows(FoldPlan plan) throws IOException {
    RunFile run = RunFileReader.read(write(), List.of(), Optional.empty());
    LocalSpark.session();
    LockstepSession session = LockstepSession.start("folds", Optional.empty());
    DealtData dealt = read(session, run, plan);
    try (ShardedData shared = dealt.encode(Task.BINARY);
        Cluster cluster = run.engine().open(shared, run)) {
      assertThat(shared.scaled()).hasSize(2);
      FoldMoments moments = cluster.moments(plan.repeats(), plan.parts(), shared.scaled());
      List<MemberSettings> members = new ArrayList<>();
      for (int g = 0; g < plan.trainings(); g++) {
        int fold = plan.code(g);
        Rescaling rescaling =
            moments.rescaling(
                fold,
                shared.scaled(),
                shared.schema().features(),
                run.model().inputUnits(shared.schema()));
        members.add(member(run, fold, Optional.of(rescaling)));
      }
      List<EpochReport> together = train(run, cluster, members);
      double rows = 0;
      for (int g = 0; g < members.size(); g++) {
        int fold = members.get(g).heldOut();
        try (ShardedData own = dealt.encodeWithout(Task.BINARY, fold, Optional.empty());
            Cluster alone = run.engine().open(own, run)) {
          List<EpochReport> found = train(run, alone, List.of(member(run, fold, Optional.empty())));
          Map<String, Double> wanted = found.get(found.size() - 1).validation();
          Map<String, Double> rescaled = last(together, g);
          // The same rows and statistics; features are rounded to float32 in other units.
          assertThat(rescaled.get("log_loss")).isCloseTo(wanted.get("log_loss"), within(2e-6));
          assertThat(rescaled.get("accuracy")).isCloseTo(wanted.get("accuracy"), within(1e-9));
          rows += alone.rows(Split.TRAIN);
        }
      }
      assertThat(rows).isEqualTo(plan.trainings() * cluster.rows(Split.TRAIN));
    }
  }

  @Test
  void foldsOfEachRepeatShareTheRowsOfEachClass() throws IOException {
    RunFile run = RunFileReader.read(write(), List.of(), Optional.empty());
    LocalSpark.session();
    LockstepSession session = LockstepSession.start("folds", Optional.empty());
    FoldPlan plan = new FoldPlan(5, 2);
    DealtData dealt = read(session, run, plan);
    List<double[]> heldOut = new ArrayList<>(); // rows by fold, by class
    try (ShardedData shared = dealt.encode(Task.BINARY);
        Cluster cluster = run.engine().open(shared, run)) {
      int members = plan.trainings();
      int size = run.model().layout(shared.schema()).size();
      HeldOut codes = HeldOut.of(IntStream.range(0, members).map(plan::code).toArray());
      Parameters params = new Parameters(members, size, new float[members * size], codes);
      cluster.evaluate(params, Split.TRAIN, Precision.BINNED).stream()
          .map(Evaluation::confusion)
          .forEach(of -> heldOut.add(new double[] {of[0] + of[1], of[2] + of[3]}));
    }
    for (int repeat = 0; repeat < 2; repeat++) {
      List<double[]> folds = heldOut.subList(5 * repeat, 5 * repeat + 5);
      for (int y = 0; y < 2; y++) {
        int of = y;
        DoubleSummaryStatistics rows =
            folds.stream().mapToDouble(fold -> fold[of]).summaryStatistics();
        assertThat(rows.getMax() - rows.getMin())
            .as("class %d, repeat %d", y, repeat)
            .isLessThanOrEqualTo(1);
        assertThat(rows.getSum()).isGreaterThan(100);
      }
    }
  }

  private static Map<String, Double> last(List<EpochReport> reports, int member) {
    Map<String, Double> last = Map.of();
    for (EpochReport report : reports) {
      last = report.member() == member ? report.validation() : last;
    }
    return last;
  }

  private static List<EpochReport> train(
      RunFile run, Cluster cluster, List<MemberSettings> members) {
    List<EpochReport> reports = new ArrayList<>();
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void onEpoch(EpochReport report) {
            reports.add(report);
          }
        };
    TrainingPlan plan =
        new TrainingPlan(
            run.model(),
            members,
            run.train(),
            CheckpointSettings.DEFAULTS,
            run.seed(),
            Optional.empty());
    new Training(plan, cluster, listener, Checkpointer.NONE).run(() -> false);
    return reports;
  }

  private static MemberSettings member(RunFile run, int fold, Optional<Rescaling> rescaling) {
    return new MemberSettings(
        run.optimizer(),
        run.schedule(),
        run.regularization(),
        run.gradient(),
        1,
        Optional.empty(),
        fold,
        rescaling);
  }

  /** Numbers far from zero with gaps, numbers to scale, and categories. */
  private String write() throws IOException {
    StringBuilder rows = new StringBuilder("far,near,kind,y,t\n");
    for (int i = 0; i < 400; i++) {
      RandomKey key = RandomKey.of(2).child(i);
      double far = 1000 + 30 * (key.uniform(0) - 0.5);
      double near = key.uniform(1);
      String kind = "abc".charAt((int) (3 * key.uniform(2))) + "";
      double score = (far - 1000) / 10 + near - (kind.equals("a") ? 1 : 0);
      int y = key.uniform(3) < 1 / (1 + Math.exp(-score)) ? 1 : 0;
      rows.append("%s,%s,%s,%d,%d%n".formatted(far, near, kind, y, i * 7919 % 101));
    }
    Files.writeString(folder.resolve("table.csv"), rows);
    Path file = folder.resolve("folds.conf");
    Files.writeString(
        file,
        """
        seed = 5
        data {
          source { format = csv, path = "%s" }
          label = y
          features = [
            { columns = [far], encode = standardize }
            { columns = [near], encode = scale }
            { columns = [kind], encode = one_hot }
          ]
          split { validation = 0, test = 0.1 }
          shards = 3
        }
        model { kind = logistic }
        optimizer { kind = gd, learning_rate = 0.5 }
        regularization { l2 = 1e-3 }
        train { epochs = 25 }
        """
            .formatted(folder.resolve("table.csv")));
    return file.toString();
  }
}
