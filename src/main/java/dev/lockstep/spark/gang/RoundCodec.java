package dev.lockstep.spark.gang;

import dev.lockstep.data.BatchOrder.Ranks;
import dev.lockstep.data.HeldOut;
import dev.lockstep.data.Split;
import dev.lockstep.math.RandomKey;
import dev.lockstep.model.Parameters;
import dev.lockstep.spark.engine.EvaluationWork;
import dev.lockstep.spark.engine.GradientWork;
import dev.lockstep.spark.engine.RoundWork;
import dev.lockstep.train.RowOrder;
import dev.lockstep.train.Step;
import dev.lockstep.train.metric.Precision;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.UUID;

/**
 * Rounds as {@link Frame.Kind#ROUND} frames: what is asked, in fixed places, then the parameters in
 * bulk.
 */
final class RoundCodec {
  private static final int GRADIENT = 0;
  private static final int EVALUATION = 1;
  private static final int WORK_BYTES = 64;

  private RoundCodec() {}

  /** The epoch that a round's frames name. */
  static int epoch(Round round) {
    return round.work() instanceof GradientWork work ? work.step().epoch() : -1;
  }

  /** The step that a round's frames name. */
  static long step(Round round) {
    return round.work() instanceof GradientWork work ? work.step().number() : -1;
  }

  /** How the parameters of a round are cut. */
  static Parts parts(Round round) {
    return Parts.ofRound(round.params().values().length, Float.BYTES);
  }

  /** A round with a part of its parameters, none if there is no such part; sealed. */
  static byte[] encode(UUID gang, int shards, Round round, int part) {
    Parameters params = round.params();
    Parts parts = parts(round);
    int length = parts.length(part);
    ByteBuffer body =
        Frame.body(
            WORK_BYTES
                + (4L + params.heldOut().codes().length) * Integer.BYTES
                + (long) length * parts.valueBytes());
    int start = body.position();
    put(round.work(), body);
    body.position(start + WORK_BYTES);
    body.putInt(params.members()).putInt(params.size()).putInt(parts.from(part));
    body.putInt(params.heldOut().codes().length);
    for (int code : params.heldOut().codes()) {
      body.putInt(code);
    }
    body.asFloatBuffer().put(params.values(), parts.from(part), length);
    return Frame.seal(
        body, Frame.Kind.ROUND, gang, epoch(round), round.number(), step(round), 0, shards);
  }

  private static void put(RoundWork<?> work, ByteBuffer into) {
    if (work instanceof GradientWork gradient) {
      Step step = gradient.step();
      into.putInt(GRADIENT).putInt(step.epoch()).putLong(step.number());
      into.putLong(step.ranks().from()).putLong(step.ranks().to());
      into.putInt(step.wide() ? 1 : 0).putInt(step.rowOrder().shuffled() ? 1 : 0);
      into.putLong(step.rowOrder().key().value()).putLong(step.random().value());
    } else if (work instanceof EvaluationWork evaluation) {
      into.putInt(EVALUATION);
      into.putInt(evaluation.split().ordinal()).putInt(evaluation.precision().ordinal());
    }
  }

  /**
   * What a frame of a round holds.
   *
   * @param number of the round
   * @param work of the round
   * @param members K
   * @param size P
   * @param heldOut the folds that members hold out
   * @param from its first value among the parameters of all members
   * @param values the bytes of its values
   */
  record Piece(
      long number,
      RoundWork<?> work,
      int members,
      int size,
      HeldOut heldOut,
      int from,
      ByteBuffer values) {
    /** How many values there are in all parts. */
    int total() {
      return members * size;
    }

    /** How many values there are in this one. */
    int length() {
      return values.remaining() / Float.BYTES;
    }

    /** Puts its values in their place among all. */
    void copy(float[] into) {
      values.duplicate().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(into, from, length());
    }
  }

  /**
   * The part of a round in a frame.
   *
   * @throws RefusedFrameException if it does not parse
   */
  static Piece decode(Frame frame) {
    return frame.parse(in -> decode(frame.round(), in));
  }

  private static Piece decode(long number, ByteBuffer in) {
    int start = in.position();
    RoundWork<?> work = work(in);
    in.position(start + WORK_BYTES);
    int members = in.getInt();
    int size = in.getInt();
    int from = in.getInt();
    long total = (long) members * size;
    if (members < 1 || size < 0 || total > Integer.MAX_VALUE || from < 0) {
      throw new IllegalArgumentException("%d x %d parameters".formatted(members, size));
    }
    HeldOut heldOut = heldOut(in, members);
    if (in.remaining() % Float.BYTES != 0 || from + in.remaining() / Float.BYTES > total) {
      throw new IllegalArgumentException(
          "%d bytes from %d of %d x %d parameters".formatted(in.remaining(), from, members, size));
    }
    return new Piece(number, work, members, size, heldOut, from, in);
  }

  private static HeldOut heldOut(ByteBuffer in, int members) {
    int count = in.getInt();
    if (count != 0 && count != members || in.remaining() < (long) count * Integer.BYTES) {
      throw new IllegalArgumentException("%d folds for %d members".formatted(count, members));
    }
    int[] codes = new int[count];
    for (int k = 0; k < count; k++) {
      codes[k] = in.getInt();
    }
    return HeldOut.of(codes);
  }

  private static RoundWork<?> work(ByteBuffer in) {
    int kind = in.getInt();
    if (kind == EVALUATION) {
      return new EvaluationWork(Split.values()[in.getInt()], Precision.values()[in.getInt()]);
    }
    int epoch = in.getInt();
    long number = in.getLong();
    Ranks ranks = new Ranks(in.getLong(), in.getLong());
    boolean wide = in.getInt() == 1;
    boolean shuffled = in.getInt() == 1;
    RowOrder order = new RowOrder(shuffled, new RandomKey(in.getLong()));
    return new GradientWork(
        new Step(number, epoch, ranks, wide, order, new RandomKey(in.getLong())));
  }
}
