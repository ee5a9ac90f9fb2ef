package dev.lockstep.spark.gang;

import dev.lockstep.math.SumTree;
import dev.lockstep.model.GradientSum;
import dev.lockstep.model.Parameters;
import dev.lockstep.spark.engine.GradientWork;
import dev.lockstep.train.metric.Evaluation;
import java.nio.ByteBuffer;
import java.nio.DoubleBuffer;
import java.util.List;
import java.util.UUID;
import org.apache.spark.SparkEnv;
import org.apache.spark.serializer.SerializerInstance;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

/**
 * Sums of subtrees as frames: gradients in bulk, evaluations by Spark's serializer. What arrives is
 * held against the round that is open before it is believed.
 */
final class SumCodec {
  private SumCodec() {}

  /** A sum, sealed. */
  static byte[] encode(UUID gang, Round round, Subtotal subtotal) {
    boolean gradient = round.work() instanceof GradientWork;
    ByteBuffer body =
        gradient ? body((GradientSum) subtotal.sum()) : body((List<?>) subtotal.sum());
    return Frame.seal(
        body,
        gradient ? Frame.Kind.GRADIENT : Frame.Kind.EVALUATION,
        gang,
        RoundCodec.epoch(round),
        round.number(),
        RoundCodec.step(round),
        subtotal.range().from(),
        subtotal.range().to());
  }

  private static ByteBuffer body(GradientSum sum) {
    ByteBuffer body = Frame.body(bytes(sum.members(), sum.size(), sum.wide()));
    body.putInt(sum.members()).putInt(sum.size()).putLong(sum.wide() ? 1 : 0);
    put(body, sum.lossSums());
    put(body, sum.weightSums());
    if (sum.wide()) {
      put(body, sum.totals());
    } else {
      body.asFloatBuffer().put(sum.gradients());
    }
    return body;
  }

  private static long bytes(long members, long size, boolean wide) {
    long each = 2 * Double.BYTES + size * (wide ? Double.BYTES : Float.BYTES);
    return 2 * Integer.BYTES + Long.BYTES + members * each;
  }

  private static void put(ByteBuffer into, double[] values) {
    DoubleBuffer doubles = into.asDoubleBuffer();
    doubles.put(values);
    into.position(into.position() + values.length * Double.BYTES);
  }

  private static ByteBuffer body(List<?> evaluations) {
    ClassTag<Object> any = ClassTag$.MODULE$.apply(Object.class);
    ByteBuffer written = serializer().serialize(evaluations.toArray(Evaluation[]::new), any);
    return Frame.body(written.remaining()).put(written);
  }

  private static SerializerInstance serializer() {
    return SparkEnv.get().serializer().newInstance();
  }

  /**
   * The sum of a frame.
   *
   * @param shards S
   * @param open the round that is open
   * @throws RefusedFrameException if the frame is not one of that round's sums
   */
  static Subtotal decode(Frame frame, int shards, Round open) {
    boolean gradient = open.work() instanceof GradientWork;
    Frame.Kind expected = gradient ? Frame.Kind.GRADIENT : Frame.Kind.EVALUATION;
    if (frame.kind() != expected
        || frame.epoch() != RoundCodec.epoch(open)
        || frame.step() != RoundCodec.step(open)) {
      throw new RefusedFrameException(
          "%s; open is %s of step %d, epoch %d"
              .formatted(
                  frame.describe(), expected, RoundCodec.step(open), RoundCodec.epoch(open)));
    }
    SumTree.Range range = new SumTree.Range(frame.from(), frame.to());
    if (range.from() < 0
        || range.to() > shards
        || range.size() < 1
        || SumTree.subtrees(shards, range.from(), range.to()).size() != 1) {
      throw new RefusedFrameException(frame.describe() + ": no subtree of " + shards + " shards");
    }
    return new Subtotal(
        range,
        gradient
            ? frame.parse(in -> gradient(in, (GradientWork) open.work(), open.params()))
            : frame.parse(in -> evaluations(in, open.params().members())));
  }

  private static GradientSum gradient(ByteBuffer in, GradientWork work, Parameters params) {
    int members = in.getInt();
    int size = in.getInt();
    boolean wide = in.getLong() == 1;
    int values = params.values().length;
    if (members != params.members()
        || size != params.size()
        || wide != work.step().wide()
        || in.remaining() != bytes(members, size, wide) - 2 * Integer.BYTES - Long.BYTES) {
      throw new IllegalArgumentException("%d x %d, wide %s".formatted(members, size, wide));
    }
    double[] losses = doubles(in, members);
    double[] weights = doubles(in, members);
    float[] gradients = new float[wide ? 0 : values];
    in.asFloatBuffer().get(gradients);
    double[] totals = doubles(in, wide ? values : 0);
    return new GradientSum(members, size, gradients, totals, losses, weights);
  }

  private static double[] doubles(ByteBuffer in, int count) {
    double[] values = new double[count];
    in.asDoubleBuffer().get(values);
    in.position(in.position() + count * Double.BYTES);
    return values;
  }

  private static List<Evaluation> evaluations(ByteBuffer in, int members) {
    ClassTag<Object> any = ClassTag$.MODULE$.apply(Object.class);
    Object read = serializer().deserialize(in, any);
    if (read instanceof Evaluation[] found && found.length == members) {
      return List.of(found);
    }
    throw new IllegalArgumentException("no evaluations of %d members".formatted(members));
  }
}
