package dev.lockstep.spark.gang;

import dev.lockstep.data.BatchOrder.Ranks;
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

  /** A round, sealed. */
  static byte[] encode(UUID gang, int shards, Round round) {
    Parameters params = round.params();
    ByteBuffer body =
        Frame.body(WORK_BYTES + 2L * Integer.BYTES + (long) Float.BYTES * params.values().length);
    int start = body.position();
    put(round.work(), body);
    body.position(start + WORK_BYTES);
    body.putInt(params.members()).putInt(params.size());
    body.asFloatBuffer().put(params.values());
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
   * The round of a frame.
   *
   * @throws RefusedFrameException if it does not parse
   */
  static Round decode(Frame frame) {
    return frame.parse(in -> decode(frame.round(), in));
  }

  private static Round decode(long number, ByteBuffer in) {
    int start = in.position();
    RoundWork<?> work = work(in);
    in.position(start + WORK_BYTES);
    int members = in.getInt();
    int size = in.getInt();
    if (in.remaining() != (long) members * size * Float.BYTES) {
      throw new IllegalArgumentException("%d x %d parameters".formatted(members, size));
    }
    float[] values = new float[in.remaining() / Float.BYTES];
    in.asFloatBuffer().get(values);
    return new Round(number, work, new Parameters(members, size, values));
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
