package dev.lockstep.train.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SafeTensorsTest {
  private static byte[] file(String header, int dataBytes) {
    byte[] text = header.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(8 + text.length + dataBytes)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(text.length)
        .put(text)
        .array();
  }

  private static SafeTensors.Content read(byte[] file) throws IOException {
    return SafeTensors.read(new ByteArrayInputStream(file), file.length, "x.safetensors");
  }

  private static byte[] written(Tensor... tensors) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    SafeTensors.write(out, List.of(tensors), Map.of("format", "pt"));
    return out.toByteArray();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 7, 8, 9, 63, 64, 65, 1021, 16384, 16385, 100_003})
  void writingAndReadingKeepsEveryBit(int size) throws IOException {
    SplittableRandom random = new SplittableRandom(size);
    float[] floats = new float[size];
    double[] doubles = new double[size];
    long[] longs = random.longs(size).toArray();
    for (int i = 0; i < size; i++) {
      floats[i] = Float.intBitsToFloat(random.nextInt());
      doubles[i] = Double.longBitsToDouble(random.nextLong());
    }
    byte[] bytes =
        written(Tensor.of("b.f", floats), Tensor.of("a.d", doubles), Tensor.of("c", longs));
    SafeTensors.Content content = read(bytes);
    assertThat(content.metadata()).containsExactly(Map.entry("format", "pt"));
    assertThat(content.tensors().keySet()).containsExactlyInAnyOrder("b.f", "a.d", "c");
    assertThat(content.tensors().get("c").longs()).isEqualTo(longs);
    for (int i = 0; i < size; i++) {
      assertThat(Float.floatToRawIntBits(content.tensors().get("b.f").floats()[i]))
          .isEqualTo(Float.floatToRawIntBits(floats[i]));
      assertThat(Double.doubleToRawLongBits(content.tensors().get("a.d").doubles()[i]))
          .isEqualTo(Double.doubleToRawLongBits(doubles[i]));
    }
  }

  @Test
  void bytesAreLittleEndianAndTheHeaderIsPaddedToEight() throws IOException {
    byte[] bytes = written(Tensor.of("w", List.of(1, 1), new float[] {1f}));
    long header = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
    assertThat(header % 8).isZero();
    assertThat(bytes).hasSize((int) (8 + header + 4)).endsWith(0, 0, 0x80, 0x3f);
    assertThat(new String(bytes, 8, (int) header, StandardCharsets.UTF_8))
        .contains("\"w\":{\"dtype\":\"F32\",\"shape\":[1,1],\"data_offsets\":[0,4]}");
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, -1, Long.MIN_VALUE, Long.MAX_VALUE, 100_000_001, 1L << 32, 300})
  void aHeaderLengthBeyondFileOrLimitIsRefused(long length) throws IOException {
    byte[] bytes = written(Tensor.of("w", 1f));
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(length);
    assertThatThrownBy(() -> read(bytes))
        .isInstanceOf(IntegrityException.class)
        .hasMessageContaining(Long.toUnsignedString(length));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        "{}",
        "{\"a\":1}",
        "{\"a\":{}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}} x",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},"
            + "\"a\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[8,8]}}",
        "{\"a\":{\"dtype\":\"BF16\",\"shape\":[4],\"data_offsets\":[0,8]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,12]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,0]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[-2],\"data_offsets\":[0,8]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2.0],\"data_offsets\":[0,8]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8,8]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[18446744073709551618],\"data_offsets\":[0,8]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[4611686018427387905,4],\"data_offsets\":[0,8]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2147483647,2],\"data_offsets\":[0,8]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[4294967296,4294967296],\"data_offsets\":[0,0]},"
            + "\"b\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},"
            + "\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},"
            + "\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[-8,0]}}",
        "{\"__metadata__\":{\"a\":1},\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8],\"x\":0}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[[[2]]],\"data_offsets\":[0,8]}}",
        "  ",
        "\u0000\u0000"
      })
  void aHostileHeaderIsRefused(String header) {
    assertThatThrownBy(() -> read(file(header, 8)))
        .isInstanceOf(IntegrityException.class)
        .hasMessageStartingWith("x.safetensors");
  }

  @Test
  void aHeaderThatNestsDeepIsRefused() {
    String header = "{\"a\":{\"dtype\":" + "[".repeat(5_000_000) + "}}";
    assertThatThrownBy(() -> read(file(header, 8))).isInstanceOf(IntegrityException.class);
    String metadata = "{\"__metadata__\":" + "{\"a\":".repeat(5_000_000) + "}}";
    assertThatThrownBy(() -> read(file(metadata, 8))).isInstanceOf(IntegrityException.class);
  }

  @Test
  void theSmallestValidFilesAreRead() throws IOException {
    assertThat(read(file("{}", 0)).tensors()).isEmpty();
    String scalar = "{\"a\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[0,4]}}";
    assertThat(read(file(scalar, 4)).tensors().get("a").floats()).containsExactly(0f);
    String none = "{\"a\":{\"dtype\":\"F64\",\"shape\":[3,0],\"data_offsets\":[0,0]}}";
    assertThat(read(file(none, 0)).tensors().get("a").doubles()).isEmpty();
  }
}
