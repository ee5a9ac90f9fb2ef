package dev.lockstep.torch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.data.Augmentation;
import dev.lockstep.data.HeldOut;
import dev.lockstep.data.Schema;
import dev.lockstep.loss.MeanSquaredLoss;
import dev.lockstep.optim.Adam;
import dev.lockstep.optim.Constant;
import dev.lockstep.optim.GradientTransforms;
import dev.lockstep.optim.Regularization;
import dev.lockstep.train.BatchSize;
import dev.lockstep.train.CheckpointSettings;
import dev.lockstep.train.LocalCluster;
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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Trainings of networks on images of two by two pixels that vary. */
class AugmentationTest {
  private static final TrainingData DATA = TrainingData.linear(120, 30, 0.1, 0.5, -1, 2, 0.25, 1);

  private Map<String, Tensor> saved = Map.of();

  private static Mlp mlp(Mlp.Between norm) {
    return new Mlp(List.of(5), Activation.Function.TANH, 0, norm, new MeanSquaredLoss());
  }

  private static MemberSettings member(long seed, int heldOut) {
    return new MemberSettings(
        new Adam(0.05, 0.9, 0.999, 1e-8),
        Constant.DEFAULTS,
        Regularization.of(0, 0),
        GradientTransforms.DEFAULTS,
        seed,
        Optional.empty(),
        heldOut,
        Optional.empty());
  }

  private float[] train(
      Mlp.Between norm, double flip, Shuffle shuffle, long stopAfter, MemberSettings... members) {
    TrainSettings settings =
        new TrainSettings(
            Optional.of(new BatchSize(40)),
            Optional.of(3),
            Optional.empty(),
            Optional.of(shuffle),
            Optional.empty(),
            Optional.empty(),
            1,
            Optional.empty());
    Mlp model = mlp(norm);
    TrainingPlan plan =
        new TrainingPlan(
            model, List.of(members), settings, CheckpointSettings.DEFAULTS, 11, Optional.empty());
    Schema plain = DATA.schema();
    Schema schema =
        new Schema(
            List.of(),
            4,
            plain.labelNames(),
            List.of(),
            List.of(),
            List.of(1, 2, 2),
            0,
            List.of(),
            new Augmentation(flip, flip > 0 ? 1 : 0, List.of(0f)));
    try (LocalCluster cluster =
        new LocalCluster(model, schema, DATA.shards(3, 16), MetricSettings.DEFAULTS)) {
      Training training =
          new Training(
              plan,
              cluster,
              new TrainingListener() {},
              (position, state) -> {
                Map<String, Tensor> copies = new HashMap<>();
                for (Tensor tensor : state) {
                  boolean floats = tensor.type() == Tensor.Type.F32;
                  copies.put(
                      tensor.name(),
                      floats
                          ? Tensor.of(tensor.name(), tensor.shape(), tensor.floats().clone())
                          : tensor);
                }
                saved = copies;
              });
      if (!saved.isEmpty()) {
        training.restore(saved);
      }
      long[] left = {stopAfter};
      TrainingResult result = training.run(() -> --left[0] <= 0);
      return result.members().get(members.length - 1).params();
    }
  }

  private float[] whole(Mlp.Between norm, double flip, Shuffle shuffle, MemberSettings... members) {
    saved = Map.of();
    return train(norm, flip, shuffle, Long.MAX_VALUE, members);
  }

  @Test
  void variantsChangeTheBitsAndComeAgainAfterAnInterruption() {
    MemberSettings member = member(3, HeldOut.NOTHING);
    for (Shuffle shuffle : Shuffle.values()) {
      float[] wanted = whole(Mlp.Between.BATCH, 0.5, shuffle, member);
      assertThat(wanted).isNotEqualTo(whole(Mlp.Between.BATCH, 0, shuffle, member));
      for (int step = 1; step < 9; step++) {
        saved = Map.of();
        train(Mlp.Between.BATCH, 0.5, shuffle, step, member);
        assertThat(train(Mlp.Between.BATCH, 0.5, shuffle, Long.MAX_VALUE, member))
            .as("%s after step %d", shuffle, step)
            .isEqualTo(wanted);
      }
    }
  }

  @Test
  void aMemberSeesTheSameVariantsAmongOthers() {
    MemberSettings fold = member(3, HeldOut.code(0, 1));
    for (Mlp.Between norm : List.of(Mlp.Between.NONE, Mlp.Between.BATCH)) {
      float[] alone = whole(norm, 0.5, Shuffle.ROWS, fold);
      assertThat(whole(norm, 0.5, Shuffle.ROWS, member(4, HeldOut.NOTHING), fold)).isEqualTo(alone);
    }
  }
}
