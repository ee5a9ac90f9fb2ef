package dev.lockstep.spark.gang;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.data.Shard;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.function.IntFunction;
import org.apache.spark.TaskContextImpl;
import org.apache.spark.executor.TaskMetrics;
import org.junit.jupiter.api.Test;

class GangTaskTest {
  private static final int SHARDS = 5;

  @Test
  void aTaskThatIsToldToEndWorksOnNoOtherShard() {
    TaskContextImpl task =
        new TaskContextImpl(
            0,
            0,
            0,
            0,
            0,
            1,
            null,
            new Properties(),
            null,
            TaskMetrics.empty(),
            1,
            scala.collection.immutable.Map$.MODULE$.empty());
    List<Integer> seen = new ArrayList<>();
    IntFunction<Shard> shards =
        GangTask.whileWanted(
            task,
            shard -> {
              seen.add(shard);
              if (shard == 2) {
                task.markInterrupted("another gang takes its slot");
              }
              return null;
            });
    assertThatThrownBy(
            () -> {
              for (int shard = 0; shard < SHARDS; shard++) {
                shards.apply(shard);
              }
            })
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the task was told to end");
    assertThat(seen).containsExactly(0, 1, 2);
  }
}
