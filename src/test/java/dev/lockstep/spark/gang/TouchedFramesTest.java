package dev.lockstep.spark.gang;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.data.BatchOrder.Ranks;
import dev.lockstep.math.Bf16;
import dev.lockstep.math.RandomKey;
import dev.lockstep.math.SumTree.Range;
import dev.lockstep.model.GradientSum;
import dev.lockstep.model.Parameters;
import dev.lockstep.spark.engine.GradientWork;
import dev.lockstep.train.ExchangeFormat;
import dev.lockstep.train.RowOrder;
import dev.lockstep.train.Step;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Frames of sums of which few blocks are more than +0.0. */
class TouchedFramesTest {
  private static final UUID GANG = new UUID(17, 4);
  private static final int SIZE = 300_001;
  private static final int ROW = 100;
  private static final int WORDS_AT = 4 * Integer.BYTES;

  private static Round open(ExchangeFormat exchange) {
    RandomKey key = RandomKey.of(9);
    Step step = new Step(7, 2, new Ranks(3, 9), false, RowOrder.RANKED, key, exchange);
    return new Round(41, new GradientWork(step), new Parameters(1, SIZE, new float[SIZE]));
  }

  /** Rows of a table, some with -0.0, told or not told which. */
  private static GradientSum sum(int seed, boolean told) {
    GradientSum sum = new GradientSum(1, SIZE, false);
    for (int row = 0; row < 40; row++) {
      int at = (int) (RandomKey.of(seed).uniform(row) * (SIZE / 2 - ROW));
      float[] into = told ? sum.gradients(at, at + ROW) : sum.gradients();
      for (int i = 0; i < ROW; i++) {
        into[at + i] = i % 9 == 8 ? -0f : Bf16.nearest(i - 30.25f);
      }
    }
    sum.weightSums()[0] = 3;
    return sum;
  }

  @ParameterizedTest
  @EnumSource
  void onlyTouchedBlocksTravelAndEveryBitArrives(ExchangeFormat exchange) {
    Round round = open(exchange);
    Gather gather = new Gather(2, round, (GradientWork) round.work());
    Optional<Subtotal> whole = Optional.empty();
    int bytes = 0;
    for (int part = 0; part < SumCodec.parts(round); part++) {
      for (int shard = 0; shard < 2; shard++) {
        Subtotal mine = new Subtotal(new Range(shard, shard + 1), sum(shard, shard == 0));
        byte[] sealed = SumCodec.encode(GANG, round, mine, part);
        bytes += sealed.length;
        SumCodec.Piece piece = SumCodec.decode(Frame.read(sealed, GANG).get(0), 2, round);
        assertThat(piece.part()).isEqualTo(part);
        whole = gather.leave(part, piece.sum());
      }
    }
    int touched = 2 * 40 * (ROW + 2 * 15) * (exchange == ExchangeFormat.BF16 ? 2 : 4);
    assertThat(bytes).isLessThan(touched + 2 * SIZE / 16 / 8 + 2 * SumCodec.parts(round) * 150);
    GradientSum found = (GradientSum) whole.orElseThrow().sum();
    GradientSum wanted = sum(0, false).add(sum(1, false));
    if (exchange == ExchangeFormat.FLOAT32) {
      for (int i = 0; i < SIZE; i++) {
        assertThat(Float.floatToRawIntBits(found.values()[i]))
            .isEqualTo(Float.floatToRawIntBits(wanted.values()[i]));
      }
    }
    assertThat(found.weightSums()).containsExactly(6);
  }

  @ParameterizedTest
  @EnumSource
  void framesWhoseBlocksAndValuesDisagreeAreRefused(ExchangeFormat exchange) {
    Round round = open(exchange);
    Subtotal mine = new Subtotal(new Range(0, 1), sum(0, true));
    byte[] sealed = SumCodec.encode(GANG, round, mine, 0);
    for (int words : new int[] {-2, -1, 0, 1, 1 << 20, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
      byte[] changed = sealed.clone();
      ByteBuffer body = ByteBuffer.wrap(changed).order(ByteOrder.LITTLE_ENDIAN);
      body.putInt(Frame.HEADER_BYTES + WORDS_AT, words);
      refused(round, body);
    }
    ByteBuffer beyond = ByteBuffer.wrap(sealed.clone()).order(ByteOrder.LITTLE_ENDIAN);
    int bits = Frame.HEADER_BYTES + WORDS_AT + Integer.BYTES + 2 * Double.BYTES;
    beyond.putLong(bits, beyond.getLong(bits) ^ 1); // a block more or less than there are values
    refused(round, beyond);
  }

  private static void refused(Round round, ByteBuffer body) {
    byte[] sealed = Frame.seal(body, Frame.Kind.GRADIENT, GANG, 2, round.number(), 7, 0, 1);
    assertThatThrownBy(() -> SumCodec.decode(Frame.read(sealed, GANG).get(0), 2, round))
        .isInstanceOf(RefusedFrameException.class);
  }
}
