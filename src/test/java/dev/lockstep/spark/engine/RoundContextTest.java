package dev.lockstep.spark.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.data.BatchOrder.Ranks;
import dev.lockstep.data.Schema;
import dev.lockstep.data.Shard;
import dev.lockstep.math.RandomKey;
import dev.lockstep.math.SumTree.Range;
import dev.lockstep.model.Parameters;
import dev.lockstep.train.RowOrder;
import dev.lockstep.train.ShardWorker;
import dev.lockstep.train.Step;
import dev.lockstep.train.TrainingData;
import dev.lockstep.train.WatchedModel;
import dev.lockstep.train.metric.MetricSettings;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class RoundContextTest {
  private static final int SHARDS = 4;
  private static final TrainingData DATA = TrainingData.binary(53, 20, 0.5, -1, 2);
  private static final Schema SCHEMA = DATA.schema(2);

  private final WatchedModel model = new WatchedModel();

  private RoundContext context() {
    return new RoundContext(model, SCHEMA, SHARDS, MetricSettings.DEFAULTS);
  }

  /** As on executors, where nobody closes them: Spark drops the value of a destroyed broadcast. */
  @Test
  void contextsThatNothingRefersToCloseTheirWorkers() {
    RoundContext live = context();
    ShardWorker kept = live.withWorker(worker -> worker);
    for (int engine = 0; engine < 5; engine++) {
      context().withWorker(worker -> worker);
    }
    assertThat(WatchedModel.collected(() -> model.open().get() == 1)).isTrue();
    assertThat((ShardWorker) live.withWorker(worker -> worker)).isSameAs(kept);
    live.close();
    assertThat(model.open()).hasValue(0);
  }

  @Test
  void enginesSideBySideKeepTheirOwnWorkers() {
    RoundContext one = context();
    RoundContext other = context();
    ShardWorker first = one.withWorker(worker -> worker);
    ShardWorker second = other.withWorker(worker -> worker);
    assertThat(second).isNotSameAs(first);
    other.close();
    assertThat(model.open()).hasValue(1);
    assertThat((ShardWorker) one.withWorker(worker -> worker)).isSameAs(first);
    one.close();
  }

  @Test
  void aWorkerThatFailsOrComesBackToAClosedContextIsClosed() {
    RoundContext context = context();
    assertThatThrownBy(
            () ->
                context.withWorker(
                    worker -> {
                      throw new IllegalStateException("a fault of the test");
                    }))
        .hasMessage("a fault of the test");
    assertThat(model.open()).hasValue(0);
    context.withWorker(
        worker -> {
          context.close();
          assertThat(model.open()).hasValue(1);
          return 0;
        });
    assertThat(model.open()).hasValue(0);
  }

  @Test
  void aWorkerWaitsForATaskWithItsGpu() {
    IdleWorkers idle = new IdleWorkers();
    ShardWorker worker = new ShardWorker(model, SCHEMA, SHARDS, MetricSettings.DEFAULTS);
    idle.put(worker, OptionalInt.of(1));
    assertThat(idle.take(OptionalInt.empty())).isEmpty();
    assertThat(idle.take(OptionalInt.of(0))).isEmpty();
    assertThat(idle.take(OptionalInt.of(1))).containsSame(worker);
    idle.put(worker, OptionalInt.of(1));
    idle.close();
    assertThat(model.open()).hasValue(0);
  }

  @Test
  void idleWorkersKeepNoSums() {
    RoundContext context = context();
    List<Shard> shards = DATA.shards(SHARDS, 8);
    Parameters params = new Parameters(1, 3, new float[] {0.1f, -0.2f, 0.3f});
    Step step = new Step(0, 0, new Ranks(0, 53), true, RowOrder.RANKED, RandomKey.of(1));
    context.withWorker(
        worker -> worker.gradient(shards::get, new Range(0, SHARDS), params, step).members());
    assertThat(model.sumsAreGone()).isTrue();
    assertThat(model.open()).hasValue(1);
    context.close();
  }
}
