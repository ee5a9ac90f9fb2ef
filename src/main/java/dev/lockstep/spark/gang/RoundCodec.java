package dev.lockstep.spark.gang;

import dev.lockstep.data.BatchOrder.Ranks;
import dev.lockstep.data.HeldOut;
import dev.lockstep.data.Split;
import dev.lockstep.math.Bf16;
import dev.lockstep.math.RandomKey;
import dev.lockstep.model.Parameters;
import dev.lockstep.spark.engine.EvaluationWork;
import dev.lockstep.spark.engine.GradientWork;
import dev.lockstep.spark.engine.RoundWork;
import dev.lockstep.train.ExchangeFormat;
import dev.lockstep.train.RowOrder;
import dev.lockstep.train.Step;
import dev.lockstep.train.metric.Precision;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.UUID;

/**
 * Rounds as {@link Frame.Kind#ROUND} frames: what is asked, in fixed places, then the parameters in
 * bulk.
 */
final class RoundCodec {
  private static final int GRADIENT = 0;
  private static final int EVALUATION = 1;
  private static final int WORK_BYTES = 64;
  private static final int HEAD_BYTES = 5 * Integer.BYTES + Long.BYTES;
  private static final long NO_ROUND = -1;

  private RoundCodec() {}

  /** The epoch that a round's frames name. */
  static int epoch(Round round) {
    return round.work() instanceof GradientWork work ? work.step().epoch() : -1;
  }

  /** The step that a round's frames name. */
  static long step(Round round) {
    return round.work() instanceof GradientWork work ? work.step().number() : -1;
  }

  /**
   * How the parameters of a round are cut.
   *
   * @param held the round whose parameters they are changes of; empty if they go as they are
   */
  static Parts parts(Round round, Optional<Round> held) {
    int valueBytes = held.isPresent() ? Short.BYTES : Float.BYTES;
    return Parts.ofRound(round.params().values().length, valueBytes);
  }

  /**
   * A round with a part of its parameters, none if there is no such part; sealed. Changes that
   * would lose a bit, as of parameters that moved otherwise, are replaced by the parameters.
   *
   * @param held the round whose parameters the receiver holds and is to change; empty if none
   */
  static byte[] encode(UUID gang, int shards, Round round, Optional<Round> held, int part) {
    float[] values = round.params().values();
    Parts parts = parts(round, held);
    int from = parts.from(part);
    int to = from + parts.length(part);
    ByteBuffer body = body(round, held, from, parts.length(part));
    if (held.isEmpty()) {
      body.asFloatBuffer().put(values, from, to - from);
    } else {
      float[] before = held.get().params().values();
      if (!Bf16.changes(before, values, from, to, body.array(), body.position())) {
        body = body(round, Optional.empty(), from, to - from);
        body.asFloatBuffer().put(values, from, to - from);
      }
    }
    return Frame.seal(
        body, Frame.Kind.ROUND, gang, epoch(round), round.number(), step(round), 0, shards);
  }

  /** Everything before the values. */
  private static ByteBuffer body(Round round, Optional<Round> held, int from, int length) {
    Parameters params = round.params();
    int[] codes = params.heldOut().codes();
    long[] seeds = params.seeds();
    long valuesBytes = (long) length * (held.isPresent() ? Short.BYTES : Float.BYTES);
    long memberBytes = (long) codes.length * Integer.BYTES + (long) seeds.length * Long.BYTES;
    ByteBuffer body = Frame.body(WORK_BYTES + HEAD_BYTES + memberBytes + valuesBytes);
    int start = body.position();
    put(round.work(), body);
    body.position(start + WORK_BYTES);
    body.putInt(params.members()).putInt(params.size()).putInt(from);
    body.putLong(held.map(Round::number).orElse(NO_ROUND)).putInt(codes.length);
    for (int code : codes) {
      body.putInt(code);
    }
    body.putInt(seeds.length);
    for (long seed : seeds) {
      body.putLong(seed);
    }
    return body;
  }

  private static void put(RoundWork<?> work, ByteBuffer into) {
    if (work instanceof GradientWork gradient) {
      Step step = gradient.step();
      into.putInt(GRADIENT).putInt(step.epoch()).putLong(step.number());
      into.putLong(step.ranks().from()).putLong(step.ranks().to());
      into.putInt(step.wide() ? 1 : 0).putInt(step.rowOrder().shuffled() ? 1 : 0);
      into.putLong(step.rowOrder().key().value()).putLong(step.random().value());
      into.putInt(step.exchange().ordinal());
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
   * @param seeds of what is random in members
   * @param base the round whose parameters its values change; -1 if they are the parameters
   * @param from its first value among the parameters of all members
   * @param values the bytes of its values
   */
  record Piece(
      long number,
      RoundWork<?> work,
      int members,
      int size,
      HeldOut heldOut,
      long[] seeds,
      long base,
      int from,
      ByteBuffer values) {
    /** Whether its values are changes. */
    boolean changes() {
      return base != NO_ROUND;
    }

    /** Whether it changes the parameters of a round. */
    boolean goesOnFrom(Round held) {
      return base == held.number() && total() == held.params().values().length;
    }

    /** How the parameters of its round are cut if all parts are like it. */
    Parts parts() {
      return Parts.ofRound(total(), valueBytes());
    }

    private int valueBytes() {
      return changes() ? Short.BYTES : Float.BYTES;
    }

    /** How many values there are in all parts. */
    int total() {
      return members * size;
    }

    /** How many values there are in this one. */
    int length() {
      return values.remaining() / valueBytes();
    }

    /**
     * Puts its values in their place among all.
     *
     * @param held the round whose parameters they change, if they are changes
     */
    void copy(Optional<Round> held, float[] into) {
      if (changes()) {
        float[] before = held.orElseThrow().params().values();
        int at = values.arrayOffset() + values.position();
        Bf16.change(before, values.array(), at, into, from, from + length());
      } else {
        values.duplicate().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(into, from, length());
      }
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
    long base = in.getLong();
    long total = (long) members * size;
    if (members < 1 || size < 0 || total > Integer.MAX_VALUE || from < 0) {
      throw new IllegalArgumentException("%d x %d parameters".formatted(members, size));
    }
    HeldOut heldOut = heldOut(in, members);
    long[] seeds = seeds(in, members);
    int valueBytes = base == NO_ROUND ? Float.BYTES : Short.BYTES;
    if (in.remaining() % valueBytes != 0 || from + in.remaining() / valueBytes > total) {
      throw new IllegalArgumentException(
          "%d bytes from %d of %d x %d parameters".formatted(in.remaining(), from, members, size));
    }
    return new Piece(number, work, members, size, heldOut, seeds, base, from, in);
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

  private static long[] seeds(ByteBuffer in, int members) {
    int count = in.getInt();
    if (count != 0 && count != members || in.remaining() < (long) count * Long.BYTES) {
      throw new IllegalArgumentException("%d seeds for %d members".formatted(count, members));
    }
    long[] seeds = new long[count];
    for (int k = 0; k < count; k++) {
      seeds[k] = in.getLong();
    }
    return seeds;
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
    RandomKey random = new RandomKey(in.getLong());
    ExchangeFormat exchange = ExchangeFormat.values()[in.getInt()];
    return new GradientWork(new Step(number, epoch, ranks, wide, order, random, exchange));
  }
}
