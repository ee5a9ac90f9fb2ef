package dev.lockstep.train.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Files made to hurt may take no more memory than their own length and 64 MiB. */
class HostileSafeTensorsTest {
  private static final long SPARE_BYTES = 64 << 20;

  private static byte[] file(String header, long claimed) {
    byte[] text = header.getBytes(StandardCharsets.ISO_8859_1);
    return ByteBuffer.allocate(8 + text.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(claimed < 0 ? claimed : Math.max(claimed, text.length))
        .put(text)
        .array();
  }

  private static String entries(int count, String entry) {
    return IntStream.range(0, count)
        .mapToObj(i -> "\"" + i + "\":" + entry)
        .collect(Collectors.joining(",", "{", "}"));
  }

  static Stream<byte[]> files() {
    List<byte[]> files = new ArrayList<>();
    files.add(file("{}", Long.MIN_VALUE));
    files.add(file("{}", Long.MAX_VALUE));
    files.add(file("{}", 100_000_000));
    String huge = "{\"dtype\":\"F32\",\"shape\":[2000000000],\"data_offsets\":[0,8000000000]}";
    files.add(file(entries(1, huge), 0));
    files.add(file(entries(1_000, huge), 0));
    String empty = "{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]}";
    files.add(file(entries(400_000, empty), 0));
    files.add(file("{\"__metadata__\":" + entries(1_000_000, "\"\"") + "}", 0));
    files.add(file("{\"a\":{\"shape\":[" + "1,".repeat(4_000_000) + "1]}}", 0));
    files.add(file("{\"a\":" + "[".repeat(9_000_000), 0));
    files.add(file("{\"a\":" + "{\"a\":".repeat(3_000_000), 0));
    files.add(file("{\"" + "a".repeat(30_000_000) + "\":{}}", 0));
    files.add(file("{\"a\":{\"dtype\":\"" + "F".repeat(15_000_000) + "\"}}", 0));
    files.add(file("{\"a\":{\"shape\":[" + "9".repeat(9_000_000) + "]}}", 0));
    files.add(file(" ".repeat(30_000_000), 0));
    return files.stream();
  }

  @ParameterizedTest
  @MethodSource("files")
  void aHostileFileIsRefusedWithinItsOwnLengthAndSixtyFourMebibytes(byte[] file) {
    ThrowingCallable read =
        () -> SafeTensors.read(new ByteArrayInputStream(file), file.length, "x");
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    assertThatThrownBy(read).isInstanceOf(IntegrityException.class);
    // All that was ever allocated bounds all that was held at once.
    assertThat(threads.getCurrentThreadAllocatedBytes() - before)
        .isLessThan(file.length + SPARE_BYTES);
  }

  @Test
  void aFileOfManyEmptyTensorsStaysWithinTheBound() throws IOException {
    String empty = "{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]}";
    byte[] file = file(entries(20_000, empty), 0);
    assertThat(SafeTensors.read(new ByteArrayInputStream(file), file.length, "x").tensors())
        .hasSize(20_000);
  }
}
