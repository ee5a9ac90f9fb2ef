package dev.lockstep.spark.engine;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.Serializer;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import dev.lockstep.data.HeldOut;
import dev.lockstep.model.Parameters;

/** Parameters in bulk. */
public final class ParametersSerializer extends Serializer<Parameters> {
  @Override
  public void write(Kryo kryo, Output output, Parameters params) {
    output.writeInt(params.members());
    output.writeInt(params.size());
    BulkArrays.write(output, params.values());
    int[] codes = params.heldOut().codes();
    output.writeInt(codes.length);
    output.writeInts(codes);
    output.writeInt(params.seeds().length);
    output.writeLongs(params.seeds());
  }

  @Override
  public Parameters read(Kryo kryo, Input input, Class<Parameters> type) {
    int members = input.readInt();
    int size = input.readInt();
    float[] values = BulkArrays.readFloats(input);
    HeldOut heldOut = HeldOut.of(input.readInts(input.readInt()));
    return new Parameters(members, size, values, heldOut, input.readLongs(input.readInt()));
  }
}
