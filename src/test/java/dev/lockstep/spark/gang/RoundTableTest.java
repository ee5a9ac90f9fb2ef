package dev.lockstep.spark.gang;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.data.BatchOrder.Ranks;
import dev.lockstep.math.RandomKey;
import dev.lockstep.math.SumTree.Range;
import dev.lockstep.model.GradientSum;
import dev.lockstep.model.Parameters;
import dev.lockstep.spark.engine.GradientWork;
import dev.lockstep.train.RowOrder;
import dev.lockstep.train.Step;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class RoundTableTest {
  private static final GradientWork WORK =
      new GradientWork(new Step(7, 2, new Ranks(3, 9), false, RowOrder.RANKED, RandomKey.of(1)));
  private static final UUID GANG = new UUID(17, 4);
  private static final Parameters PARAMS = new Parameters(1, 2, new float[] {1, 2});

  private static Round round(long number) {
    return new Round(number, WORK, PARAMS);
  }

  /** A sum whose bits tell in which order its leaves were added. */
  private static Subtotal leaf(int shard) {
    float value = (float) (RandomKey.of(3).uniform(shard) * Math.pow(10, shard % 7));
    float[] gradient = {value, -value};
    return new Subtotal(
        new Range(shard, shard + 1),
        new GradientSum(1, 2, gradient, new double[0], new double[] {value}, new double[] {1}));
  }

  private static Subtotal node(int shards, int from, int to) {
    List<Subtotal> leaves = new ArrayList<>();
    for (int shard = from; shard < to; shard++) {
      leaves.add(leaf(shard));
    }
    return Subtotal.combined(shards, WORK, leaves).get(0);
  }

  private static float total(RoundTable table) {
    return table.<GradientSum>total(WORK).gradients()[0];
  }

  @Test
  void anyOrderOfArrivalAndAnyGroupingGiveTheSameBits() throws Exception {
    for (int shards : new int[] {1, 2, 3, 7, 13}) {
      float wanted = ((GradientSum) node(shards, 0, shards).sum()).gradients()[0];
      for (int seed = 0; seed < 100; seed++) {
        List<Subtotal> arriving = new ArrayList<>();
        for (int shard = 0; shard < shards; shard++) {
          arriving.add(leaf(shard));
        }
        if (shards >= 4) {
          arriving.add(node(shards, 0, 2));
          arriving.add(node(shards, 0, 4));
        }
        Collections.shuffle(arriving, new Random(seed));
        RoundTable table = new RoundTable(shards);
        table.open(round(0));
        arriving.forEach(sum -> table.leave(0, sum));
        assertThat(table.awaitComplete(0, 1)).isTrue();
        assertThat(total(table)).isEqualTo(wanted);
      }
    }
  }

  @Test
  void partsInAnyOrderFromAnyGroupingGiveTheBitsOfTheWhole() throws Exception {
    int shards = 5;
    Parameters many = new Parameters(1, 200_000, new float[200_000]);
    List<Subtotal> leaves = new ArrayList<>();
    for (int shard = 0; shard < shards; shard++) {
      leaves.add(largeLeaf(shard, many));
    }
    Round round = new Round(3, WORK, many);
    List<Frame> arriving = new ArrayList<>();
    List<Subtotal> senders = new ArrayList<>(leaves);
    senders.addAll(
        Subtotal.combined(shards, WORK, List.of(largeLeaf(0, many), largeLeaf(1, many))));
    for (Subtotal sum : senders) {
      for (int part = 0; part < SumCodec.parts(round); part++) {
        arriving.addAll(Frame.read(SumCodec.encode(GANG, round, sum, part), GANG));
      }
    }
    float[] wanted =
        ((GradientSum) Subtotal.combined(shards, WORK, leaves).get(0).sum()).gradients();
    for (int seed = 0; seed < 20; seed++) {
      Collections.shuffle(arriving, new Random(seed));
      RoundTable table = new RoundTable(shards);
      table.open(round);
      for (Frame frame : arriving) {
        table.leaveSent(3, () -> SumCodec.decode(frame, shards, round));
      }
      assertThat(table.awaitComplete(0, 1)).isTrue();
      GradientSum total = table.total(WORK);
      assertThat(total.gradients()).isEqualTo(wanted);
      assertThat(total.weightSums()).containsExactly(shards);
      assertThat(table.gather(2)).isEmpty();
    }
  }

  private static Subtotal largeLeaf(int shard, Parameters params) {
    float[] gradient = new float[params.size()];
    for (int i = 0; i < gradient.length; i++) {
      gradient[i] = (float) (RandomKey.of(shard).uniform(i) * Math.pow(10, shard % 3));
    }
    return new Subtotal(
        new Range(shard, shard + 1),
        new GradientSum(
            1, params.size(), gradient, new double[0], new double[] {shard}, new double[] {1}));
  }

  /** As where memory runs out: the sum counts as left, so that another copy of it does not help. */
  @Test
  void aSumThatCannotBeTakenInEndsTheRound() throws Exception {
    GradientSum lacking =
        new GradientSum(1, 2, new float[2], new double[0], new double[0], new double[0]);
    RoundTable table = new RoundTable(1);
    table.open(round(4));
    table.leaveSent(4, () -> new SumCodec.Piece(0, new Subtotal(new Range(0, 1), lacking)));
    table.leaveSent(4, () -> new SumCodec.Piece(0, leaf(0)));
    assertThatThrownBy(() -> table.awaitComplete(1000, 1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("a sum of round 4 could not be taken in")
        .hasCauseInstanceOf(IndexOutOfBoundsException.class);

    table.open(round(5));
    table.leaveSent(4, () -> new SumCodec.Piece(0, new Subtotal(new Range(0, 1), lacking)));
    assertThat(table.awaitComplete(0, 1)).isFalse();
    table.leaveSent(5, () -> new SumCodec.Piece(0, leaf(0)));
    assertThat(table.awaitComplete(0, 1)).isTrue();
  }

  /**
   * As where memory runs out in a task of the driver's process, whose failure Spark tells later.
   */
  @Test
  void aRoundThatLostASumIsNeverComplete() throws Exception {
    GradientSum lacking =
        new GradientSum(1, 2, new float[2], new double[0], new double[0], new double[0]);
    RoundTable table = new RoundTable(4);
    table.open(round(0));
    table.leave(0, leaf(1));
    Subtotal lost = new Subtotal(new Range(0, 1), lacking);
    assertThatThrownBy(() -> table.leave(0, lost)).isInstanceOf(IndexOutOfBoundsException.class);
    for (int shard = 3; shard >= 0; shard--) {
      table.leave(0, leaf(shard));
    }
    assertThat(table.awaitComplete(0, 1)).isFalse();
    assertThat(table.lost().orElseThrow()).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> total(table)).isInstanceOf(IllegalStateException.class);
    table.open(round(1));
    assertThat(table.lost()).isEmpty();
  }

  /** The sender sends a part once, and would ask for the next round for ever. */
  @Test
  void aSumThatMemoryDoesNotSufficeToReadEndsTheRound() {
    RoundTable table = new RoundTable(1);
    table.open(round(2));
    table.leaveSent(
        2,
        () -> {
          throw new OutOfMemoryError("a fault of the test");
        });
    assertThatThrownBy(() -> table.awaitComplete(0, 1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("a sum of round 2 could not be taken in")
        .hasCauseInstanceOf(OutOfMemoryError.class);
  }

  @Test
  void aMessageThatIsRefusedEndsNoRound() throws Exception {
    RoundTable table = new RoundTable(1);
    table.open(round(2));
    assertThatThrownBy(
            () ->
                table.leaveSent(
                    2,
                    () -> {
                      throw new RefusedFrameException("no sum");
                    }))
        .isInstanceOf(RefusedFrameException.class);
    assertThat(table.awaitComplete(0, 1)).isFalse();
    table.leave(2, leaf(0));
    assertThat(table.awaitComplete(0, 1)).isTrue();
  }

  @Test
  void sumsOfOtherRoundsAreLeftOut() throws Exception {
    RoundTable table = new RoundTable(2);
    assertThat(table.leave(0, leaf(0))).isFalse();
    table.open(round(1));
    assertThat(table.leave(0, leaf(0))).isFalse();
    assertThat(table.leave(2, leaf(0))).isFalse();
    assertThat(table.leave(1, leaf(1))).isTrue();
    assertThat(table.hasAnswered(0)).isFalse();
    assertThat(table.hasAnswered(1)).isTrue();
    assertThat(table.awaitComplete(0, 1)).isFalse();
    table.leave(1, leaf(1));
    table.leave(1, leaf(0));
    assertThat(table.awaitComplete(0, 1)).isTrue();
    table.open(round(2));
    assertThat(table.awaitComplete(0, 1)).isFalse();
  }

  @Test
  void whoAsksGetsTheNextRoundOnceAndTheEndAtLast() throws Exception {
    RoundTable table = new RoundTable(1);
    List<Optional<Long>> answers = new ArrayList<>();
    table.whenAfter("a", -1, found -> answers.add(found.map(Round::number)));
    table.whenAfter("a", -1, found -> answers.add(found.map(Round::number)));
    assertThat(answers).isEmpty();
    table.open(round(4));
    assertThat(answers).containsExactly(Optional.of(4L));
    table.whenAfter("a", 3, found -> answers.add(found.map(Round::number)));
    assertThat(answers).hasSize(2);
    table.whenAfter("a", 4, found -> answers.add(found.map(Round::number)));
    table.end();
    table.whenAfter("b", 4, found -> answers.add(found.map(Round::number)));
    assertThat(answers)
        .containsExactly(Optional.of(4L), Optional.of(4L), Optional.empty(), Optional.empty());
    assertThat(table.await(4, 0)).isEmpty();
    assertThat(table.leave(4, leaf(0))).isFalse();
  }

  @Test
  void aTaskThatIsLostIsAbsentUntilItsSuccessorIsThere() {
    Attendance attendance = new Attendance(2);
    assertThat(attendance.absent()).isEqualTo(2);
    attendance.here(0, 10, "1");
    attendance.here(1, 11, "2");
    assertThat(attendance.absentNanos(group -> true)).isZero();
    attendance.here(0, 12, "2");
    attendance.lostAttempt(10);
    attendance.lostExecutor("1");
    assertThat(attendance.absent()).isZero();
    attendance.lostExecutor("2");
    assertThat(attendance.absent()).isEqualTo(2);
    assertThat(attendance.absentNanos(group -> true)).isPositive();
    attendance.here(0, 13, "3");
    assertThat(attendance.silent(-1, group -> group == 0, System.nanoTime())).contains("3");
    assertThat(attendance.silent(-1, group -> group == 1, System.nanoTime())).isEmpty();
  }
}
