package dev.lockstep.spark.gang;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.data.BatchOrder.Ranks;
import dev.lockstep.data.HeldOut;
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
import java.util.Optional;
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
      List<Frame> frames =
          Frame.read(RoundCodec.encode(GANG, SHARDS, round, Optional.empty(), 0), GANG);
      assertThat(frames).hasSize(1);
      IncomingRound incoming = new IncomingRound(0);
      incoming.add(RoundCodec.decode(frames.get(0)));
      assertThat(incoming.isComplete()).isTrue();
      Round found = incoming.round();
      assertThat(found.number()).isEqualTo(5);
      assertThat(found.work()).isEqualTo(work);
      assertThat(found.params().values()).isEqualTo(round.params().values());
      assertThat(found.params().members()).isEqualTo(2);
    }
  }

  @Test
  void whatMembersHoldOutAndTheirSeedsArriveAsTheyWereSent() {
    HeldOut heldOut = HeldOut.of(HeldOut.code(0, 3), HeldOut.NOTHING);
    long[] seeds = {Long.MIN_VALUE, 7};
    Parameters params = new Parameters(2, 1, new float[] {1, 2}, heldOut, seeds);
    IncomingRound incoming = new IncomingRound(0);
    incoming.add(piece(new Round(5, open(false).work(), params), 0));
    Parameters found = incoming.round().params();
    assertThat(found.heldOut().codes()).isEqualTo(heldOut.codes());
    assertThat(found.seeds()).isEqualTo(seeds);
    assertThat(found.values()).containsExactly(1, 2);
  }

  @Test
  void severalSumsArriveAsTheyWereSent() {
    for (boolean wide : new boolean[] {false, true}) {
      Round round = open(wide);
      byte[] sealed = SumCodec.encode(GANG, round, sum(wide), 0);
      for (Frame frame : Frame.read(Frame.message(List.of(sealed, sealed)), GANG)) {
        Subtotal found = SumCodec.decode(frame, SHARDS, round).sum();
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
  void manyParametersArriveByPartsAndNothingIsAllocatedOnTheWordOfOne() {
    int size = 300_001;
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = i * 0.5f;
    }
    Round round = new Round(5, open(false).work(), new Parameters(1, size, values));
    int parts = RoundCodec.parts(round, Optional.empty()).count();
    assertThat(parts).isEqualTo(3);
    for (int known : new int[] {0, size}) {
      IncomingRound incoming = new IncomingRound(known);
      for (int part = 0; part < parts; part++) {
        assertThat(incoming.isComplete()).isFalse();
        incoming.add(piece(round, part));
      }
      assertThat(incoming.isComplete()).isTrue();
      assertThat(incoming.round().params().values()).isEqualTo(values);
    }
    refused(() -> new IncomingRound(0).add(piece(round, 1)), "in place of value 0");
    IncomingRound other = new IncomingRound(0);
    other.add(piece(round, 0));
    Round next = new Round(6, round.work(), round.params());
    refused(() -> other.add(piece(next, 1)), "of round 6");
    refused(() -> other.add(piece(round, parts)), "values from 300001");
    // 8 GB claimed by a message of a few bytes: only when all of them have come.
    RoundCodec.Piece claim = piece(round, 0);
    int huge = Integer.MAX_VALUE;
    new IncomingRound(size)
        .add(
            new RoundCodec.Piece(
                5, claim.work(), 1, huge, HeldOut.NONE, new long[0], -1, 0, claim.values()));
  }

  private static RoundCodec.Piece piece(Round round, int part) {
    return RoundCodec.decode(
        Frame.read(RoundCodec.encode(GANG, SHARDS, round, Optional.empty(), part), GANG).get(0));
  }

  @Test
  void partsCoverEveryValueOnce() {
    for (int values : new int[] {1, 61_439, 61_440, 61_441, 1_000_000, Integer.MAX_VALUE}) {
      for (int bytes : new int[] {Float.BYTES, Double.BYTES}) {
        Parts parts = Parts.ofSum(values, bytes);
        long covered = 0;
        for (int part = 0; part < parts.count(); part++) {
          assertThat(parts.from(part)).isEqualTo((int) covered);
          assertThat(parts.length(part)).isBetween(1, (240 << 10) / bytes);
          assertThat(parts.startingAt(parts.from(part))).isEqualTo(part);
          covered += parts.length(part);
        }
        assertThat(covered).isEqualTo(values);
        assertThat(parts.length(parts.count())).isZero();
        assertThat(parts.startingAt(1)).isEqualTo(-1);
        assertThat(parts.startingAt(-1)).isEqualTo(-1);
      }
    }
  }

  @Test
  void whatIsNotOfThisGangOrNotOfTheOpenRoundIsRefused() {
    byte[] sealed = SumCodec.encode(GANG, open(false), sum(false), 0);
    refused(() -> Frame.read(sealed, new UUID(17, 5)), "another gang");
    refused(() -> Frame.read(new byte[0], GANG), "header");
    refused(() -> Frame.read(new byte[100], GANG), "no frame");
    Frame frame = Frame.read(sealed, GANG).get(0);
    refused(() -> SumCodec.decode(frame, SHARDS, open(true)), "of 4 bytes");
    refused(() -> SumCodec.decode(frame, 3, open(false)), "no subtree of 3 shards");
    Round evaluation =
        new Round(41, new EvaluationWork(Split.TEST, Precision.BINNED), open(true).params());
    refused(() -> SumCodec.decode(frame, SHARDS, evaluation), "EVALUATION");
    Parameters fewer = new Parameters(1, 3, new float[3]);
    refused(
        () -> SumCodec.decode(frame, SHARDS, new Round(41, open(false).work(), fewer)), "2 x 3");
    byte[] misplaced =
        SumCodec.encode(GANG, open(false), new Subtotal(new Range(1, 3), sum(false).sum()), 0);
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
    byte[] sealed = SumCodec.encode(GANG, open(false), sum(false), 0);
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
