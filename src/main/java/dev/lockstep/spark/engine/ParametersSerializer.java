package dev.lockstep.spark.engine;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.Serializer;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import dev.lockstep.model.Parameters;

/** Parameters in bulk. */
public final class ParametersSerializer extends Serializer<Parameters> {
  @Override
  public void write(Kryo kryo, Output output, Parameters params) {
    output.writeInt(params.members());
    output.writeInt(params.size());
    BulkArrays.write(output, params.values());
  }

  @Override
  public Parameters read(Kryo kryo, Input input, Class<Parameters> type) {
    return new Parameters(input.readInt(), input.readInt(), BulkArrays.readFloats(input));
  }
}
