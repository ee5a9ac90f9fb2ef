package dev.lockstep.spark.engine;

import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Arrays over Kryo in bulk: a length, then little-endian bytes, copied a chunk at a time. */
final class BulkArrays {
  private static final int CHUNK_BYTES = 1 << 16;

  private BulkArrays() {}

  static void write(Output output, float[] values) {
    output.writeInt(values.length);
    ByteBuffer chunk = chunk();
    int perChunk = CHUNK_BYTES / Float.BYTES;
    for (int from = 0; from < values.length; from += perChunk) {
      int count = Math.min(perChunk, values.length - from);
      chunk.asFloatBuffer().put(values, from, count);
      output.writeBytes(chunk.array(), 0, count * Float.BYTES);
    }
  }

  static float[] readFloats(Input input) {
    float[] values = new float[input.readInt()];
    ByteBuffer chunk = chunk();
    int perChunk = CHUNK_BYTES / Float.BYTES;
    for (int from = 0; from < values.length; from += perChunk) {
      int count = Math.min(perChunk, values.length - from);
      input.readBytes(chunk.array(), 0, count * Float.BYTES);
      chunk.asFloatBuffer().get(values, from, count);
    }
    return values;
  }

  static void write(Output output, double[] values) {
    output.writeInt(values.length);
    ByteBuffer chunk = chunk();
    int perChunk = CHUNK_BYTES / Double.BYTES;
    for (int from = 0; from < values.length; from += perChunk) {
      int count = Math.min(perChunk, values.length - from);
      chunk.asDoubleBuffer().put(values, from, count);
      output.writeBytes(chunk.array(), 0, count * Double.BYTES);
    }
  }

  static double[] readDoubles(Input input) {
    double[] values = new double[input.readInt()];
    ByteBuffer chunk = chunk();
    int perChunk = CHUNK_BYTES / Double.BYTES;
    for (int from = 0; from < values.length; from += perChunk) {
      int count = Math.min(perChunk, values.length - from);
      input.readBytes(chunk.array(), 0, count * Double.BYTES);
      chunk.asDoubleBuffer().get(values, from, count);
    }
    return values;
  }

  /** A few. */
  static void write(Output output, long[] values) {
    output.writeInt(values.length);
    for (long value : values) {
      output.writeLong(value);
    }
  }

  static long[] readLongs(Input input) {
    long[] values = new long[input.readInt()];
    for (int i = 0; i < values.length; i++) {
      values[i] = input.readLong();
    }
    return values;
  }

  private static ByteBuffer chunk() {
    return ByteBuffer.allocate(CHUNK_BYTES).order(ByteOrder.LITTLE_ENDIAN);
  }
}
