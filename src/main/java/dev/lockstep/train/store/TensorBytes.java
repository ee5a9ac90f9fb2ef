package dev.lockstep.train.store;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Values to little-endian bytes and back, through one buffer of 64 KiB. */
final class TensorBytes {
  private static final int BUFFER_BYTES = 1 << 16;

  private TensorBytes() {}

  static void write(Tensor tensor, OutputStream out) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    int step = BUFFER_BYTES / tensor.type().sizeBytes();
    for (int from = 0, size = tensor.size(); from < size; from += step) {
      int count = Math.min(step, size - from);
      switch (tensor.type()) {
        case F32 -> buffer.asFloatBuffer().put(tensor.floats(), from, count);
        case F64 -> buffer.asDoubleBuffer().put(tensor.doubles(), from, count);
        case I64 -> buffer.asLongBuffer().put(tensor.longs(), from, count);
      }
      out.write(buffer.array(), 0, count * tensor.type().sizeBytes());
    }
  }

  static Object read(Tensor.Type type, int size, InputStream in) throws IOException {
    return switch (type) {
      case F32 -> {
        float[] values = new float[size];
        chunks(type, size, in, (b, from, n) -> b.asFloatBuffer().get(values, from, n));
        yield values;
      }
      case F64 -> {
        double[] values = new double[size];
        chunks(type, size, in, (b, from, n) -> b.asDoubleBuffer().get(values, from, n));
        yield values;
      }
      case I64 -> {
        long[] values = new long[size];
        chunks(type, size, in, (b, from, n) -> b.asLongBuffer().get(values, from, n));
        yield values;
      }
    };
  }

  private interface Chunk {
    void take(ByteBuffer buffer, int from, int count);
  }

  private static void chunks(Tensor.Type type, int size, InputStream in, Chunk chunk)
      throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    int step = BUFFER_BYTES / type.sizeBytes();
    for (int from = 0; from < size; from += step) {
      int count = Math.min(step, size - from);
      int bytes = count * type.sizeBytes();
      if (in.readNBytes(buffer.array(), 0, bytes) < bytes) {
        throw new EOFException("the file ends inside a tensor");
      }
      chunk.take(buffer, from, count);
    }
  }
}
