package dev.lockstep.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.config.ConfigException;
import dev.lockstep.data.HeldOut;
import dev.lockstep.data.Layout.Role;
import dev.lockstep.data.Layout.Slice;
import dev.lockstep.data.Schema;
import dev.lockstep.loss.MeanSquaredLoss;
import dev.lockstep.math.RandomKey;
import dev.lockstep.model.Model;
import dev.lockstep.optim.Adam;
import dev.lockstep.optim.Constant;
import dev.lockstep.optim.GradientTransforms;
import dev.lockstep.optim.Regularization;
import dev.lockstep.train.BatchSize;
import dev.lockstep.train.CheckpointSettings;
import dev.lockstep.train.Checkpointer;
import dev.lockstep.train.EpochReport;
import dev.lockstep.train.LocalCluster;
import dev.lockstep.train.MemberResult;
import dev.lockstep.train.MemberSettings;
import dev.lockstep.train.Shuffle;
import dev.lockstep.train.TrainSettings;
import dev.lockstep.train.Training;
import dev.lockstep.train.TrainingData;
import dev.lockstep.train.TrainingListener;
import dev.lockstep.train.TrainingPlan;
import dev.lockstep.train.TrainingResult;
import dev.lockstep.train.metric.MetricSettings;
import dev.lockstep.train.store.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Trainings of a network with batch normalization, of which some may be frozen. */
class NetworkTrainingTest {
  private static final TrainingData DATA = TrainingData.linear(120, 30, 0.1, 0.5, -1, 2, 0.25);
  private static final Mlp MLP =
      new Mlp(List.of(5), Activation.Function.TANH, 0.1, Mlp.Between.BATCH, new MeanSquaredLoss());
  private static final int SHARDS = 3;
  private static final long NEVER = Long.MAX_VALUE;

  private final List<EpochReport> epochs = new ArrayList<>();
  private Map<String, Tensor> saved = Map.of();
  private int blockRows = 64;
  private Shuffle shuffle = Shuffle.ROWS;

  private static MemberSettings member(long seed, int heldOut) {
    return new MemberSettings(
        new Adam(0.05, 0.9, 0.999, 1e-8),
        Constant.DEFAULTS,
        Regularization.of(0.001, 0.01),
        new GradientTransforms(Optional.of(1.0), Optional.empty(), 1),
        seed,
        Optional.empty(),
        heldOut,
        Optional.empty());
  }

  private TrainingResult train(Model model, int batch, long stopAfter, MemberSettings... members) {
    TrainSettings settings =
        new TrainSettings(
            Optional.of(new BatchSize(batch)),
            Optional.of(3),
            Optional.empty(),
            Optional.of(shuffle),
            Optional.empty(),
            Optional.empty(),
            1,
            Optional.empty());
    TrainingPlan plan =
        new TrainingPlan(
            model, List.of(members), settings, CheckpointSettings.DEFAULTS, 11, Optional.empty());
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void onEpoch(EpochReport report) {
            epochs.add(report);
          }
        };
    Checkpointer checkpointer = (position, state) -> saved = copy(state);
    MetricSettings metrics = MetricSettings.DEFAULTS;
    try (LocalCluster cluster =
        new LocalCluster(model, DATA.schema(), DATA.shards(SHARDS, blockRows), metrics)) {
      Training training = new Training(plan, cluster, listener, checkpointer);
      if (!saved.isEmpty()) {
        training.restore(saved);
      }
      long[] left = {stopAfter};
      return training.run(() -> --left[0] <= 0);
    }
  }

  private static Map<String, Tensor> copy(Collection<Tensor> state) {
    Map<String, Tensor> copies = new HashMap<>();
    for (Tensor tensor : state) {
      boolean floats = tensor.type() == Tensor.Type.F32;
      copies.put(
          tensor.name(),
          floats ? Tensor.of(tensor.name(), tensor.shape(), tensor.floats().clone()) : tensor);
    }
    return copies;
  }

  private static float[] params(TrainingResult result, int member) {
    MemberResult found = result.members().get(member);
    return found.params();
  }

  @Test
  void aNetworkGoesOnWithTheSameBitsAfterAnInterruption() {
    MemberSettings member = member(3, HeldOut.NOTHING);
    float[] expected = params(train(MLP, 40, NEVER, member), 0);
    List<EpochReport> reports = List.copyOf(epochs);
    for (int step = 1; step < 9; step++) {
      saved = Map.of();
      epochs.clear();
      assertThat(train(MLP, 40, step, member).stopped()).isTrue();
      assertThat(params(train(MLP, 40, NEVER, member), 0)).isEqualTo(expected);
      assertThat(epochs).isEqualTo(reports);
    }
  }

  @Test
  void aMemberHasTheSameBitsAmongOthersWhoseFoldsDiffer() {
    MemberSettings fold = member(3, HeldOut.code(0, 1));
    MemberSettings all = member(4, HeldOut.NOTHING);
    float[] alone = params(train(MLP, 60, NEVER, fold), 0);
    saved = Map.of();
    assertThat(params(train(MLP, 60, NEVER, all, fold), 1)).isEqualTo(alone);
  }

  @Test
  void whatIsFrozenKeepsItsBitsAndTheRestIsTrained() {
    Schema schema = DATA.schema();
    for (String pattern : List.of("0.*", "1.*", "*.weight")) {
      Regimen some = new Regimen(MLP, List.of(pattern), 16, ComputeFormat.FLOAT32);
      float[] start = new float[MLP.layout(schema).size()];
      MLP.initialize(start, schema, RandomKey.of(3).child("initialize").generator());
      saved = Map.of();
      float[] found = params(train(some, 40, NEVER, member(3, HeldOut.NOTHING)), 0);
      for (Slice slice : some.layout(schema).slices()) {
        float[] own = Arrays.copyOfRange(found, slice.offset(), slice.end());
        float[] before = Arrays.copyOfRange(start, slice.offset(), slice.end());
        if (slice.role() == Role.FROZEN) {
          assertThat(own).as(slice.name()).isEqualTo(before);
        } else {
          assertThat(own).as(slice.name()).isNotEqualTo(before);
        }
      }
    }
  }

  @Test
  void epochsTellTheGradientOfEachLayerThatIsTrained() {
    Regimen some = new Regimen(MLP, List.of("1.*"), 256, ComputeFormat.FLOAT32);
    train(some, 40, NEVER, member(3, HeldOut.NOTHING));
    for (EpochReport report : epochs) {
      assertThat(report.layers().keySet()).containsExactly("0", "4");
      double squares = report.layers().values().stream().mapToDouble(norm -> norm * norm).sum();
      double relative = Math.sqrt(squares) / report.gradientNorm();
      assertThat(relative).isCloseTo(1, within(1e-12));
    }
  }

  @Test
  void stepsThatEndWithinAnEpochTellTheGradientToo() {
    MemberSettings all = member(3, HeldOut.NOTHING);
    TrainSettings steps =
        new TrainSettings(
            Optional.of(new BatchSize(40)),
            Optional.empty(),
            Optional.of(4L),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            1,
            Optional.empty());
    MemberSettings some =
        new MemberSettings(
            all.optimizer(),
            all.schedule(),
            all.regularization(),
            all.gradient(),
            all.seed(),
            Optional.of(steps),
            all.heldOut(),
            all.rescaling());
    train(MLP, 40, NEVER, some);
    assertThat(epochs).extracting(EpochReport::step).containsExactly(3L, 4L);
    assertThat(epochs).allSatisfy(report -> assertThat(report.layers()).isNotEmpty());
  }

  /** Two rows of a shard in a step, of which folds often leave one. */
  @Test
  void rowsThatFoldsLeaveAloneEndNoTraining() {
    MemberSettings first = member(3, HeldOut.code(0, 1));
    MemberSettings second = member(4, HeldOut.code(1, 0));
    TrainingResult together = train(MLP, 6, NEVER, first, second);
    saved = Map.of();
    assertThat(params(together, 0)).isEqualTo(params(train(MLP, 6, NEVER, first), 0));
    saved = Map.of();
    assertThat(params(together, 1)).isEqualTo(params(train(MLP, 6, NEVER, second), 0));
  }

  /** The 40 rows of a shard are one block, or one of 39 and one of a single row, or five of 8. */
  @Test
  void rowsThatNormalizeEachOtherAreNotCutWhereTheirBlocksEnd() {
    for (Shuffle order : Shuffle.values()) {
      shuffle = order;
      float[] expected = paramsOfBlocks(64);
      double meanLoss = epochs.get(2).meanLoss();
      for (int rows : new int[] {39, 8}) {
        assertThat(paramsOfBlocks(rows)).as("%s, blocks of %d", order, rows).isEqualTo(expected);
        assertThat(epochs.get(2).meanLoss()).isEqualTo(meanLoss);
      }
    }
  }

  private float[] paramsOfBlocks(int rows) {
    blockRows = rows;
    saved = Map.of();
    epochs.clear();
    return params(train(MLP, 120, NEVER, member(3, HeldOut.NOTHING)), 0);
  }

  @Test
  void tooFewRowsForAShardAreRefusedBeforeTheFirstStep() {
    assertThatThrownBy(() -> train(MLP, 5, NEVER, member(3, HeldOut.NOTHING)))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "train.batch_size leaves some of the 3 shards fewer than the 2 rows of a step that"
                + " batch normalization needs: raise it, or lower data.shards");
    Regimen still = new Regimen(MLP, List.of("1.running_*"), 256, ComputeFormat.FLOAT32);
    assertThat(train(still, 5, 2, member(3, HeldOut.NOTHING)).stopped()).isTrue();
  }
}
