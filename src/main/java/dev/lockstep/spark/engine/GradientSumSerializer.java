package dev.lockstep.spark.engine;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.Serializer;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import dev.lockstep.model.GradientSum;

/** Gradient sums in bulk; the open block of a wide sum stays behind. */
public final class GradientSumSerializer extends Serializer<GradientSum> {
  private static final float[] CLOSED = {};

  @Override
  public void write(Kryo kryo, Output output, GradientSum sum) {
    output.writeInt(sum.members());
    output.writeInt(sum.size());
    BulkArrays.write(output, sum.wide() ? CLOSED : sum.gradients());
    BulkArrays.write(output, sum.totals());
    BulkArrays.write(output, sum.lossSums());
    BulkArrays.write(output, sum.weightSums());
  }

  @Override
  public GradientSum read(Kryo kryo, Input input, Class<GradientSum> type) {
    return new GradientSum(
        input.readInt(),
        input.readInt(),
        BulkArrays.readFloats(input),
        BulkArrays.readDoubles(input),
        BulkArrays.readDoubles(input),
        BulkArrays.readDoubles(input));
  }
}
