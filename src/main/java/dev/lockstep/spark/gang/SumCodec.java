package dev.lockstep.spark.gang;

import dev.lockstep.math.Bf16;
import dev.lockstep.math.SumTree;
import dev.lockstep.model.GradientSum;
import dev.lockstep.model.Parameters;
import dev.lockstep.spark.engine.GradientWork;
import dev.lockstep.train.ExchangeFormat;
import dev.lockstep.train.Step;
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

  /** How the values of a gradient sum are cut. */
  static Parts parts(GradientWork work, Parameters params) {
    return Parts.ofSum(params.values().length, valueBytes(work.step()));
  }

  /** Bytes of a value; in bf16 a part that holds other numbers goes as float32 all the same. */
  private static int valueBytes(Step step) {
    if (step.wide()) {
      return Double.BYTES;
    }
    return step.exchange() == ExchangeFormat.BF16 ? Short.BYTES : Float.BYTES;
  }

  /** How many frames a sum of a round takes. */
  static int parts(Round round) {
    return round.work() instanceof GradientWork work ? parts(work, round.params()).count() : 1;
  }

  /** A part of a sum, sealed. */
  static byte[] encode(UUID gang, Round round, Subtotal subtotal, int part) {
    ByteBuffer body =
        round.work() instanceof GradientWork work
            ? body((GradientSum) subtotal.sum(), parts(work, round.params()), part)
            : body((List<?>) subtotal.sum());
    return Frame.seal(
        body,
        round.work() instanceof GradientWork ? Frame.Kind.GRADIENT : Frame.Kind.EVALUATION,
        gang,
        RoundCodec.epoch(round),
        round.number(),
        RoundCodec.step(round),
        subtotal.range().from(),
        subtotal.range().to());
  }

  private static ByteBuffer body(GradientSum sum, Parts parts, int part) {
    int from = parts.from(part);
    int length = parts.length(part);
    ByteBuffer body = body(sum, parts.valueBytes(), from, length);
    if (sum.wide()) {
      body.asDoubleBuffer().put(sum.totals(), from, length);
      return body;
    }
    float[] values = sum.gradients();
    if (parts.valueBytes() == Short.BYTES) {
      if (Bf16.pack(values, from, from + length, body.array(), body.position())) {
        return body;
      }
      body = body(sum, Float.BYTES, from, length); // the whole sum, which nothing rounds
    }
    body.asFloatBuffer().put(values, from, length);
    return body;
  }

  /** Everything before the values. */
  private static ByteBuffer body(GradientSum sum, int valueBytes, int from, int length) {
    ByteBuffer body = Frame.body(headBytes(sum.members()) + (long) length * valueBytes);
    body.putInt(sum.members()).putInt(sum.size()).putInt(valueBytes).putInt(from);
    put(body, sum.lossSums());
    put(body, sum.weightSums());
    return body;
  }

  private static long headBytes(long members) {
    return 4 * Integer.BYTES + members * 2 * Double.BYTES;
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
   * A part of a sum.
   *
   * @param part which; 0 for evaluations
   * @param sum its values, with all losses and weights
   */
  record Piece(int part, Subtotal sum) {}

  /**
   * What a frame holds.
   *
   * @param shards S
   * @param open the round that is open
   * @throws RefusedFrameException if the frame is not of one of that round's sums
   */
  static Piece decode(Frame frame, int shards, Round open) {
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
    if (open.work() instanceof GradientWork work) {
      return frame.parse(in -> gradient(in, range, parts(work, open.params()), open.params()));
    }
    int members = open.params().members();
    return frame.parse(in -> new Piece(0, new Subtotal(range, evaluations(in, members))));
  }

  private static Piece gradient(
      ByteBuffer in, SumTree.Range range, Parts parts, Parameters params) {
    int members = in.getInt();
    int size = in.getInt();
    int valueBytes = in.getInt();
    int from = in.getInt();
    int part = parts.startingAt(from);
    if (members != params.members()
        || size != params.size()
        || valueBytes != parts.valueBytes()
            && (valueBytes != Float.BYTES || parts.valueBytes() != Short.BYTES)
        || part < 0
        || in.remaining()
            != headBytes(members) - 4 * Integer.BYTES + (long) parts.length(part) * valueBytes) {
      throw new IllegalArgumentException(
          "%d x %d of %d bytes from %d".formatted(members, size, valueBytes, from));
    }
    double[] losses = doubles(in, members);
    double[] weights = doubles(in, members);
    boolean wide = valueBytes == Double.BYTES;
    float[] gradients = new float[wide ? 0 : parts.length(part)];
    if (valueBytes == Short.BYTES) {
      Bf16.unpack(in.array(), in.arrayOffset() + in.position(), gradients, 0, gradients.length);
    } else {
      in.asFloatBuffer().get(gradients);
    }
    double[] totals = doubles(in, wide ? parts.length(part) : 0);
    GradientSum sum = new GradientSum(members, size, gradients, totals, losses, weights);
    return new Piece(part, new Subtotal(range, sum));
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
