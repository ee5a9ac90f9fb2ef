package dev.lockstep.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.config.ConfigException;
import dev.lockstep.data.Batch;
import dev.lockstep.data.Block;
import dev.lockstep.data.DenseRows;
import dev.lockstep.data.RowGather;
import dev.lockstep.data.Rows;
import dev.lockstep.data.Schema;
import dev.lockstep.data.Shard;
import dev.lockstep.data.Split;
import dev.lockstep.glm.Linear;
import dev.lockstep.model.Teacher;
import dev.lockstep.torch.ComputeFormat;
import dev.lockstep.torch.Device;
import dev.lockstep.torch.Mlp;
import dev.lockstep.torch.Regimen;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class LessonsTest {
  private static final OptionalInt NO_GPU = OptionalInt.empty();
  private static final TrainingData DATA = TrainingData.linear(53, 5, 0.1, 0.5, -1, 2);
  private static final Schema SCHEMA = DATA.schema();

  /** Two weights and the intercept. */
  private static final Teacher TEACHER =
      new Teacher(Linear.DEFAULTS, SCHEMA, new float[] {-1, 2, 0.5f});

  private static float expected(Block block, int row) {
    DenseRows x = (DenseRows) block.features();
    int at = row * x.stride();
    return -x.values()[at] + 2 * x.values()[at + 1] + 0.5f;
  }

  private static void taught(Batch batch) {
    for (int row = batch.from(); row < batch.to(); row++) {
      assertThat(batch.block().taught()[row])
          .isCloseTo(expected(batch.block(), row), org.assertj.core.api.Assertions.within(1e-5f));
    }
  }

  @Test
  void everyTrainingRowHasWhatTheTeacherSaysOfIt() {
    RowGather gather = new RowGather();
    try (Lessons lessons = new Lessons(Optional.of(TEACHER), new TeacherScores(), NO_GPU)) {
      for (Shard shard : DATA.shards(4, 8)) {
        Rows rows = lessons.rows(shard);
        assertThat(rows.size()).isEqualTo(shard.rows(Split.TRAIN).size());
        for (int b = 0; b < rows.blocks(); b++) {
          taught(Batch.of(rows.block(b)));
          taught(rows.batch(b, 1, rows.rowsOf(b)));
        }
        int[] wanted = {9, 3, 12, 3, 0};
        taught(Batch.of(gather.gather(rows, wanted, wanted.length)));
        Block fewer = gather.gather(rows, wanted, 2);
        taught(Batch.of(fewer));
        assertThat(fewer.taught()).hasSize(2);
      }
    }
  }

  /** As blocks in files are: a batch is read alone. */
  @Test
  void rowsThatCameAloneHaveTheirOwn() {
    Rows whole = DATA.shards(1, 16).get(0).rows(Split.TRAIN);
    Rows alone =
        new Rows() {
          @Override
          public int size() {
            return whole.size();
          }

          @Override
          public int blockRows() {
            return whole.blockRows();
          }

          @Override
          public Block block(int number) {
            return whole.block(number);
          }

          @Override
          public Batch batch(int number, int from, int to) {
            int[] wanted = new int[to - from];
            for (int i = 0; i < wanted.length; i++) {
              wanted[i] = number * blockRows() + from + i;
            }
            return Batch.of(new RowGather().gather(whole, wanted, wanted.length));
          }
        };
    Shard shard =
        new Shard() {
          @Override
          public int number() {
            return 0;
          }

          @Override
          public Rows rows(Split split) {
            return alone;
          }
        };
    try (Lessons lessons = new Lessons(Optional.of(TEACHER), new TeacherScores(), NO_GPU)) {
      Rows rows = lessons.rows(shard);
      taught(rows.batch(1, 3, 9));
      taught(rows.batch(3, 0, 5));
    }
  }

  @Test
  void aShardIsAskedAboutOnceInAProcess() {
    TeacherScores known = new TeacherScores();
    float[][] scores = {{1, 2}};
    Supplier<float[][]> twice =
        () -> {
          throw new AssertionError("asked twice");
        };
    assertThat(known.of(3, () -> scores)).isSameAs(scores);
    assertThat(known.of(3, twice)).isSameAs(scores);
    List<Shard> shards = DATA.shards(2, 8);
    try (Lessons first = new Lessons(Optional.of(TEACHER), known, NO_GPU);
        Lessons second = new Lessons(Optional.of(TEACHER), known, NO_GPU)) {
      for (Shard shard : shards) {
        float[] one = first.rows(shard).block(0).taught();
        assertThat(second.rows(shard).block(0).taught()).isSameAs(one);
      }
    }
  }

  /**
   * Asked for the GPU, libtorch of tests has none; a teacher without it would say another thing.
   */
  @Test
  void aTeacherRunsOnTheGpuOfItsTask() {
    Mlp network = Mlp.DEFAULTS;
    Regimen model = new Regimen(network, List.of(), 8, ComputeFormat.FLOAT32, Device.CUDA);
    Teacher teacher = new Teacher(model, SCHEMA, new float[model.layout(SCHEMA).size()]);
    Shard shard = DATA.shards(1, 8).get(0);
    try (Lessons lessons =
        new Lessons(Optional.of(teacher), new TeacherScores(), OptionalInt.of(1))) {
      assertThatThrownBy(() -> lessons.rows(shard).block(0))
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining("libtorch of a task cannot use its GPU");
    }
  }

  @Test
  void rowsThatLackALabelWeighNothingWhereTheyAreJudged() {
    float none = Float.NaN;
    float[] labels = {1, 2, none, 2, 1, none, none, none, 3, 4};
    DenseRows x = new DenseRows(new float[5 * DenseRows.strideOf(2)], 5, 2, DenseRows.strideOf(2));
    Block block = new Block(x, labels, 2, new float[0], new float[0], new byte[0]);
    try (Lessons lessons = new Lessons(Optional.of(TEACHER), new TeacherScores(), NO_GPU)) {
      assertThat(lessons.judged(block).weights()).containsExactly(1, 0, 0, 0, 1);
    }
  }

  @Test
  void withoutATeacherRowsAreAsTheyAre() {
    try (Lessons lessons = new Lessons(Optional.empty(), new TeacherScores(), NO_GPU)) {
      for (Shard shard : DATA.shards(2, 8)) {
        assertThat(lessons.rows(shard)).isSameAs(shard.rows(Split.TRAIN));
      }
    }
  }
}
