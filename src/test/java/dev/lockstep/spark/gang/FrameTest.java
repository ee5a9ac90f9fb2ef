package dev.lockstep.spark.gang;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.data.BatchOrder.Ranks;
import dev.lockstep.data.Split;
import dev.lockstep.math.RandomKey;
import dev.lockstep.math.SumTree.Range;
import dev.lockstep.model.GradientSum;
import dev.lockstep.model.Parameters;
import dev.lockstep.spark.engine.EvaluationWork;
import dev.lockstep.spark.engine.GradientWork;
import dev.lockstep.spark.engine.RoundWork;
import dev.lockstep.train.RowOrder;
import dev.lockstep.train.Step;
import dev.lockstep.train.metric.Precision;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class FrameTest {
  private static final UUID GANG = new UUID(17, 4);
  private static final int SHARDS = 4;
  private static final int FUZZED = 10_000;

  private static Round open(boolean wide) {
    RandomKey key = RandomKey.of(9);
    Step step = new Step(7, 2, new Ranks(3, 9), wide, RowOrder.shuffled(key), key.child(1));
    Parameters params = new Parameters(2, 3, new float[] {1, 2, 3, 4, 5, 6});
    return new Round(41, new GradientWork(step), params);
  }

  private static Subtotal sum(boolean wide) {
    GradientSum sum = new GradientSum(2, 3, wide);
    for (int i = 0; i < 6; i++) {
      sum.gradients()[i] = i + 0.5f;
    }
    sum.closeBlock();
    sum.lossSums()[1] = 3.25;
    sum.weightSums()[0] = 4;
    return new Subtotal(new Range(2, 4), sum);
  }

  @Test
  void aRoundArrivesAsItWasSent() {
    for (RoundWork<?> work :
        List.of(
            open(false).work(),
            open(true).work(),
            new EvaluationWork(Split.VALIDATION, Precision.BINNED))) {
      Round round = new Round(5, work, open(true).params());
      List<Frame> frames = Frame.read(RoundCodec.encode(GANG, SHARDS, round), GANG);
      assertThat(frames).hasSize(1);
      Round found = RoundCodec.decode(frames.get(0));
      assertThat(found.number()).isEqualTo(5);
      assertThat(found.work()).isEqualTo(work);
      assertThat(found.params().values()).isEqualTo(round.params().values());
      assertThat(found.params().members()).isEqualTo(2);
    }
  }

  @Test
  void severalSumsArriveAsTheyWereSent() {
    for (boolean wide : new boolean[] {false, true}) {
      Round round = open(wide);
      byte[] sealed = SumCodec.encode(GANG, round, sum(wide));
      for (Frame frame : Frame.read(Frame.message(List.of(sealed, sealed)), GANG)) {
        Subtotal found = SumCodec.decode(frame, SHARDS, round);
        assertThat(found.range()).isEqualTo(new Range(2, 4));
        GradientSum sum = (GradientSum) found.sum();
        GradientSum sent = (GradientSum) sum(wide).sum();
        assertThat(sum.totals()).isEqualTo(sent.totals());
        assertThat(sum.lossSums()).isEqualTo(sent.lossSums());
        assertThat(sum.weightSums()).isEqualTo(sent.weightSums());
        if (!wide) {
          assertThat(sum.gradients()).isEqualTo(sent.gradients());
        }
      }
    }
  }

  @Test
  void whatIsNotOfThisGangOrNotOfTheOpenRoundIsRefused() {
    byte[] sealed = SumCodec.encode(GANG, open(false), sum(false));
    refused(() -> Frame.read(sealed, new UUID(17, 5)), "another gang");
    refused(() -> Frame.read(new byte[0], GANG), "header");
    refused(() -> Frame.read(new byte[100], GANG), "no frame");
    Frame frame = Frame.read(sealed, GANG).get(0);
    refused(() -> SumCodec.decode(frame, SHARDS, open(true)), "wide false");
    refused(() -> SumCodec.decode(frame, 3, open(false)), "no subtree of 3 shards");
    Round evaluation =
        new Round(41, new EvaluationWork(Split.TEST, Precision.BINNED), open(true).params());
    refused(() -> SumCodec.decode(frame, SHARDS, evaluation), "EVALUATION");
    Parameters fewer = new Parameters(1, 3, new float[3]);
    refused(
        () -> SumCodec.decode(frame, SHARDS, new Round(41, open(false).work(), fewer)), "2 x 3");
    byte[] misplaced =
        SumCodec.encode(GANG, open(false), new Subtotal(new Range(1, 3), sum(false).sum()));
    refused(
        () -> SumCodec.decode(Frame.read(misplaced, GANG).get(0), SHARDS, open(false)),
        "no subtree");
  }

  private static void refused(Runnable reading, String why) {
    assertThatThrownBy(reading::run)
        .isInstanceOf(RefusedFrameException.class)
        .hasMessageContaining(why);
  }

  @Test
  void noDamagedMessageIsEverRead() {
    Random random = new Random(3);
    byte[] sealed = SumCodec.encode(GANG, open(false), sum(false));
    for (int i = 0; i < FUZZED; i++) {
      byte[] damaged = sealed.clone();
      if (i % 3 == 0) {
        damaged = java.util.Arrays.copyOf(damaged, random.nextInt(damaged.length));
      } else {
        int flips = 1 + random.nextInt(8);
        for (int flip = 0; flip < flips; flip++) {
          damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
        }
        if (java.util.Arrays.equals(damaged, sealed)) {
          continue;
        }
      }
      byte[] message = damaged;
      assertThatThrownBy(() -> Frame.read(message, GANG)).isInstanceOf(RefusedFrameException.class);
    }
  }
}
