package dev.lockstep.spark.engine;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.Serializer;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import dev.lockstep.model.GradientSum;
import dev.lockstep.model.Touched;

/**
 * Gradient sums in bulk; the open block of a wide sum stays behind, and so do blocks of gradients
 * that are +0.0.
 */
public final class GradientSumSerializer extends Serializer<GradientSum> {
  private static final float[] CLOSED = {};

  @Override
  public void write(Kryo kryo, Output output, GradientSum sum) {
    output.writeInt(sum.members());
    output.writeInt(sum.size());
    writeGradients(output, sum);
    BulkArrays.write(output, sum.totals());
    BulkArrays.write(output, sum.lossSums());
    BulkArrays.write(output, sum.weightSums());
  }

  private static void writeGradients(Output output, GradientSum sum) {
    float[] gradients = sum.wide() ? CLOSED : sum.values();
    Touched there = sum.wide() ? Touched.all(0) : sum.touched().in(gradients, 0, gradients.length);
    output.writeInt(gradients.length);
    output.writeBoolean(there.isAll());
    if (there.isAll()) {
      BulkArrays.write(output, gradients);
    } else {
      float[] packed = new float[there.size()];
      int[] at = {0};
      there.each(
          (from, to) -> {
            System.arraycopy(gradients, from, packed, at[0], to - from);
            at[0] += to - from;
          });
      BulkArrays.write(output, there.bits());
      BulkArrays.write(output, packed);
    }
  }

  @Override
  public GradientSum read(Kryo kryo, Input input, Class<GradientSum> type) {
    int members = input.readInt();
    int size = input.readInt();
    int length = input.readInt();
    boolean all = input.readBoolean();
    Touched there = all ? Touched.all(length) : Touched.of(length, BulkArrays.readLongs(input));
    float[] values = BulkArrays.readFloats(input);
    return new GradientSum(
        members,
        size,
        all ? values : spread(values, there, length),
        BulkArrays.readDoubles(input),
        BulkArrays.readDoubles(input),
        BulkArrays.readDoubles(input),
        there);
  }

  private static float[] spread(float[] packed, Touched there, int length) {
    float[] gradients = new float[length];
    int[] at = {0};
    there.each(
        (from, to) -> {
          System.arraycopy(packed, at[0], gradients, from, to - from);
          at[0] += to - from;
        });
    return gradients;
  }
}
