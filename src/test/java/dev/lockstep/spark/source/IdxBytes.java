package dev.lockstep.spark.source;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.zip.GZIPOutputStream;

/** Makes the bytes of idx files. */
public final class IdxBytes {
  private static final int UNSIGNED_BYTES = 0x800;

  private IdxBytes() {}

  /** A file of unsigned bytes with these dimensions. */
  public static byte[] of(byte[] data, int... dimensions) {
    ByteBuffer file = ByteBuffer.allocate(Integer.BYTES * (1 + dimensions.length) + data.length);
    file.putInt(UNSIGNED_BYTES + dimensions.length);
    for (int length : dimensions) {
      file.putInt(length);
    }
    return file.put(data).array();
  }

  /** Bytes from 0 to below a bound. */
  public static byte[] random(int count, int bound, Random random) {
    byte[] data = new byte[count];
    for (int i = 0; i < count; i++) {
      data[i] = (byte) random.nextInt(bound);
    }
    return data;
  }

  /** Compresses. */
  public static byte[] gzip(byte[] plain) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(plain);
    }
    return bytes.toByteArray();
  }
}
