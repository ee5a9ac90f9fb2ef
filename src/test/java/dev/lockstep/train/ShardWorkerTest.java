package dev.lockstep.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.data.BatchOrder.Ranks;
import dev.lockstep.data.Schema;
import dev.lockstep.data.Shard;
import dev.lockstep.data.Split;
import dev.lockstep.math.RandomKey;
import dev.lockstep.math.SumTree.Range;
import dev.lockstep.model.Parameters;
import dev.lockstep.train.metric.MetricSettings;
import dev.lockstep.train.metric.Precision;
import java.util.List;
import org.junit.jupiter.api.Test;

class ShardWorkerTest {
  private static final TrainingData DATA = TrainingData.binary(53, 20, 0.5, -1, 2);
  private static final Range ALL = new Range(0, 4);

  @Test
  void sumsOfGradientsAreLetGoBeforeAnEvaluation() {
    Schema schema = DATA.schema(2);
    List<Shard> shards = DATA.shards(ALL.size(), 8);
    Parameters params = new Parameters(1, 3, new float[] {0.1f, -0.2f, 0.3f});
    Step step = new Step(0, 0, new Ranks(0, 53), true, RowOrder.RANKED, RandomKey.of(1));
    WatchedModel model = new WatchedModel();
    try (ShardWorker worker = new ShardWorker(model, schema, ALL.size(), MetricSettings.DEFAULTS)) {
      worker.gradient(shards::get, ALL, params, step);
      worker.evaluate(shards::get, ALL, params, Split.VALIDATION, Precision.BINNED);
      assertThat(model.sumsAreGone()).isTrue();
    }
  }
}
