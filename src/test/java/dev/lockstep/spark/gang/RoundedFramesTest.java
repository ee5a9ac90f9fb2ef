package dev.lockstep.spark.gang;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.data.BatchOrder.Ranks;
import dev.lockstep.data.Split;
import dev.lockstep.math.Bf16;
import dev.lockstep.math.RandomKey;
import dev.lockstep.math.SumTree.Range;
import dev.lockstep.model.GradientSum;
import dev.lockstep.model.Parameters;
import dev.lockstep.spark.engine.EvaluationWork;
import dev.lockstep.spark.engine.GradientWork;
import dev.lockstep.train.ClusterContract;
import dev.lockstep.train.RowOrder;
import dev.lockstep.train.Step;
import dev.lockstep.train.metric.Precision;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Rounds and sums of an exchange in bf16, as they travel between processes. */
class RoundedFramesTest {
  private static final UUID GANG = new UUID(17, 4);
  private static final int SHARDS = 4;

  private static RoundCodec.Piece piece(Round round, Optional<Round> held, int part) {
    return RoundCodec.decode(
        Frame.read(RoundCodec.encode(GANG, SHARDS, round, held, part), GANG).get(0));
  }

  private static void refused(Runnable reading, String why) {
    assertThatThrownBy(reading::run)
        .isInstanceOf(RefusedFrameException.class)
        .hasMessageContaining(why);
  }

  @Test
  void parametersThatFollowOthersArriveByTheirChanges() {
    int size = 300_001;
    float[] target = new float[size];
    float[] before = new float[size];
    for (int i = 0; i < size; i++) {
      before[i] = (float) RandomKey.of(1).uniform(i);
      target[i] = before[i] + 0.01f * (float) RandomKey.of(2).uniform(i);
    }
    float[] after = before.clone();
    Bf16.follow(target, after, 0, size);
    Round held = new Round(7, rounded(), new Parameters(1, size, before));
    Round next = new Round(9, rounded(), new Parameters(1, size, after));
    Optional<Round> from = Optional.of(held);
    int parts = RoundCodec.parts(next, from).count();
    assertThat(parts).isEqualTo(2);
    IncomingRound incoming = new IncomingRound(size, from);
    for (int part = 0; part < parts; part++) {
      assertThat(piece(next, from, part).changes()).isTrue();
      incoming.add(piece(next, from, part));
    }
    assertThat(incoming.isComplete()).isTrue();
    assertThat(incoming.round().params().values()).isEqualTo(after);
    Round other = new Round(8, held.work(), held.params());
    refused(() -> new IncomingRound(size).add(piece(next, from, 0)), "changes of round 7");
    refused(
        () -> new IncomingRound(size, Optional.of(other)).add(piece(next, from, 0)), "not of 8");
    // Parameters that moved by more than bf16 tells go as they are, in the parts of changes.
    Round jump = new Round(9, rounded(), new Parameters(1, size, target));
    IncomingRound jumped = new IncomingRound(size, from);
    for (int part = 0; part < parts; part++) {
      assertThat(piece(jump, from, part).changes()).isFalse();
      jumped.add(piece(jump, from, part));
    }
    assertThat(jumped.round().params().values()).isEqualTo(target);
  }

  private static GradientWork rounded() {
    RandomKey key = RandomKey.of(9);
    Step plain = new Step(7, 2, new Ranks(3, 9), false, RowOrder.shuffled(key), key.child(1));
    return new GradientWork(ClusterContract.rounded(plain));
  }

  @Test
  void roundedSumsTakeHalfTheBytesAndOthersGoAsTheyAre() {
    int size = 200_000;
    Round round = new Round(41, rounded(), new Parameters(1, size, new float[size]));
    GradientSum sum = new GradientSum(1, size, false);
    for (int i = 0; i < size; i++) {
      sum.gradients()[i] = (float) RandomKey.of(1).uniform(i);
    }
    for (int valueBytes : new int[] {Float.BYTES, Short.BYTES}) {
      float[] found = new float[size];
      long bytes = 0;
      for (int part = 0; part < SumCodec.parts(round); part++) {
        byte[] sealed = SumCodec.encode(GANG, round, new Subtotal(new Range(0, 2), sum), part);
        bytes += sealed.length;
        SumCodec.Piece piece = SumCodec.decode(Frame.read(sealed, GANG).get(0), SHARDS, round);
        float[] values = ((GradientSum) piece.sum().sum()).gradients();
        int from = SumCodec.parts(rounded(), round.params()).from(piece.part());
        System.arraycopy(values, 0, found, from, values.length);
      }
      assertThat(found).isEqualTo(sum.gradients());
      assertThat(bytes).isBetween((long) valueBytes * size, (long) valueBytes * size + 1000);
      Bf16.round(sum.gradients(), 0, size, RandomKey.of(4), 0);
    }
  }

  @Test
  void whoHoldsTheParametersOfTheStepBeforeGetsTheirChanges() {
    Handouts handouts = new Handouts(GANG, SHARDS);
    float[] target = new float[1000];
    float[] driver = new float[1000];
    Optional<Round> executor = Optional.empty();
    Round first = new Round(0, rounded(), new Parameters(1, 1000, new float[1000]));
    Round evaluation =
        new Round(
            2, new EvaluationWork(Split.TEST, Precision.BINNED), new Parameters(1, 1000, target));
    for (long number : new long[] {0, 1, 2, 3, 4}) {
      for (int i = 0; i < 1000 && number != 2; i++) {
        target[i] += (float) RandomKey.of(number).uniform(i);
      }
      if (number != 2) {
        Bf16.follow(target, driver, 0, 1000);
      }
      Round round = new Round(number, rounded(), new Parameters(1, 1000, driver));
      Optional<Round> next = Optional.of(number == 2 ? evaluation : round);
      byte[] whole = handouts.reply(next, 0, -1);
      long held = executor.map(Round::number).orElse(-1L);
      byte[] mine = handouts.reply(next, 0, held);
      boolean changes = number != 0 && number != 2;
      assertThat(whole.length - mine.length).isEqualTo(changes ? 2000 : 0);
      // An executor that lags behind gets the parameters, and a late one what its round had.
      assertThat(handouts.reply(next, 0, held - 1)).hasSameSizeAs(whole);
      float[] kept = driver.clone();
      Bf16.follow(new float[1000], driver, 0, 1000); // the driver goes on
      assertThat(handouts.reply(next, 0, -1)).isEqualTo(whole);
      assertThat(handouts.reply(Optional.of(first), 0, -1)).isEqualTo(whole);
      if (number != 2) {
        for (byte[] reply : List.of(whole, mine)) {
          IncomingRound incoming = new IncomingRound(1000, executor);
          incoming.add(RoundCodec.decode(Frame.read(reply, GANG).get(0)));
          assertThat(incoming.round().params().values()).isEqualTo(kept);
        }
        executor = Optional.of(new Round(number, rounded(), new Parameters(1, 1000, kept)));
      }
      System.arraycopy(kept, 0, driver, 0, 1000);
    }
    assertThat(Frame.read(handouts.reply(Optional.empty(), 0, -1), GANG).get(0).kind())
        .isEqualTo(Frame.Kind.END);
  }
}
