package dev.lockstep.spark.gang;

import dev.lockstep.math.Bf16;
import dev.lockstep.math.SumTree;
import dev.lockstep.model.GradientSum;
import dev.lockstep.model.Parameters;
import dev.lockstep.model.Touched;
import dev.lockstep.spark.engine.GradientWork;
import dev.lockstep.train.ExchangeFormat;
import dev.lockstep.train.Step;
import dev.lockstep.train.metric.Evaluation;
import java.nio.ByteBuffer;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.UUID;
import org.apache.spark.SparkEnv;
import org.apache.spark.serializer.SerializerInstance;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

/**
 * Sums of subtrees as frames: gradients in bulk, evaluations by Spark's serializer. Blocks of
 * gradients that are +0.0, as of the tokens that no row has and of what is frozen, stay behind.
 * What arrives is held against the round that is open before it is believed.
 */
final class SumCodec {
  private static final int HEAD_INTS = 5;

  /** In place of a count of words: no bits follow, since every block does. */
  private static final int EVERY_BLOCK = -1;

  private static final long[] ALL = {};

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
    if (sum.wide()) {
      ByteBuffer body = body(sum, Touched.all(length), parts.valueBytes(), from);
      body.asDoubleBuffer().put(sum.totals(), from, length);
      return body;
    }
    Touched there = sum.touched().in(sum.values(), from, length);
    if (parts.valueBytes() == Short.BYTES) {
      ByteBuffer halves = body(sum, there, Short.BYTES, from);
      if (pack(sum.values(), there, from, halves)) {
        return halves;
      }
    }
    ByteBuffer body = body(sum, there, Float.BYTES, from); // or the whole sum, which nothing rounds
    FloatBuffer values = body.asFloatBuffer();
    there.each((start, to) -> values.put(sum.values(), from + start, to - start));
    return body;
  }

  /** Writes values in bf16; whether that keeps their bits. */
  private static boolean pack(float[] values, Touched there, int from, ByteBuffer body) {
    int[] at = {body.position()};
    boolean[] kept = {true};
    there.each(
        (start, to) -> {
          kept[0] &= Bf16.pack(values, from + start, from + to, body.array(), at[0]);
          at[0] += (to - start) * Short.BYTES;
        });
    return kept[0];
  }

  /** Everything before the values, with room for those of the blocks that go. */
  private static ByteBuffer body(GradientSum sum, Touched there, int valueBytes, int from) {
    long[] bits = there.isAll() ? ALL : there.bits();
    long bytes = headBytes(sum.members()) + (long) bits.length * Long.BYTES;
    ByteBuffer body = Frame.body(bytes + (long) there.size() * valueBytes);
    body.putInt(sum.members()).putInt(sum.size()).putInt(valueBytes).putInt(from);
    body.putInt(there.isAll() ? EVERY_BLOCK : bits.length);
    put(body, sum.lossSums());
    put(body, sum.weightSums());
    for (long word : bits) {
      body.putLong(word);
    }
    return body;
  }

  private static long headBytes(long members) {
    return HEAD_INTS * Integer.BYTES + members * 2 * Double.BYTES;
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
    int words = in.getInt();
    int part = parts.startingAt(from);
    if (members != params.members()
        || size != params.size()
        || valueBytes != parts.valueBytes()
            && (valueBytes != Float.BYTES || parts.valueBytes() != Short.BYTES)
        || part < 0
        || in.remaining() < headBytes(members) - HEAD_INTS * Integer.BYTES) {
      throw new IllegalArgumentException(
          "%d x %d of %d bytes from %d".formatted(members, size, valueBytes, from));
    }
    double[] losses = doubles(in, members);
    double[] weights = doubles(in, members);
    int length = parts.length(part);
    Touched there = blocks(in, words, length);
    if (in.remaining() != (long) there.size() * valueBytes) {
      throw new IllegalArgumentException(
          "%d bytes for %d values of %d".formatted(in.remaining(), there.size(), valueBytes));
    }
    boolean wide = valueBytes == Double.BYTES;
    float[] gradients = new float[wide ? 0 : length];
    if (!wide) {
      read(in, there, valueBytes, gradients);
    }
    double[] totals = doubles(in, wide ? length : 0);
    GradientSum sum = new GradientSum(members, size, gradients, totals, losses, weights, there);
    return new Piece(part, new Subtotal(range, sum));
  }

  /** Which blocks of so many values a frame has. */
  private static Touched blocks(ByteBuffer in, int words, int length) {
    if (words == EVERY_BLOCK) {
      return Touched.all(length);
    }
    if (words < 0 || (long) words * Long.BYTES > in.remaining()) {
      throw new IllegalArgumentException("%d words of blocks".formatted(words));
    }
    long[] bits = new long[words];
    for (int i = 0; i < words; i++) {
      bits[i] = in.getLong();
    }
    return Touched.of(length, bits);
  }

  private static void read(ByteBuffer in, Touched there, int valueBytes, float[] into) {
    if (valueBytes == Short.BYTES) {
      int[] at = {in.arrayOffset() + in.position()};
      there.each(
          (start, to) -> {
            Bf16.unpack(in.array(), at[0], into, start, to);
            at[0] += (to - start) * Short.BYTES;
          });
    } else {
      FloatBuffer values = in.asFloatBuffer();
      there.each((start, to) -> values.get(into, start, to - start));
    }
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
