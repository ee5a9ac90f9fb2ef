package dev.lockstep.train.store;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The safetensors format: the header's length as eight little-endian bytes, a JSON header padded
 * with spaces to a multiple of eight, then the values of all tensors without gaps. Python's {@code
 * safetensors} reads what is written here. Of its types only F32, F64 and I64 are read.
 *
 * @see <a href="https://github.com/huggingface/safetensors">the format's home</a>
 */
public final class SafeTensors {
  /**
   * What a file holds.
   *
   * @param tensors by name, in the order of the file
   * @param metadata the file's {@code __metadata__}
   */
  public record Content(Map<String, Tensor> tensors, Map<String, String> metadata) {}

  private SafeTensors() {}

  /**
   * Writes a file; the stream stays open.
   *
   * @param tensors in the order of the file, with distinct names
   * @param metadata goes into {@code __metadata__}
   */
  public static void write(
      OutputStream out, Collection<Tensor> tensors, Map<String, String> metadata)
      throws IOException {
    byte[] header = header(tensors, metadata).toString().getBytes(StandardCharsets.UTF_8);
    byte[] padded = Arrays.copyOf(header, (header.length + 7) / 8 * 8);
    Arrays.fill(padded, header.length, padded.length, (byte) ' ');
    if (padded.length > SafeTensorsHeader.MAX_BYTES) {
      throw new IllegalArgumentException("a header of " + padded.length + " bytes is too long");
    }
    DataOutputStream data = new DataOutputStream(out);
    data.writeLong(Long.reverseBytes(padded.length));
    data.write(padded);
    data.flush();
    for (Tensor tensor : tensors) {
      TensorBytes.write(tensor, out);
    }
  }

  private static ObjectNode header(Collection<Tensor> tensors, Map<String, String> metadata) {
    ObjectNode header = Json.object();
    if (!metadata.isEmpty()) {
      ObjectNode node = header.putObject(SafeTensorsHeader.METADATA);
      metadata.forEach(node::put);
    }
    long offset = 0;
    for (Tensor tensor : tensors) {
      if (header.has(tensor.name()) || tensor.name().equals(SafeTensorsHeader.METADATA)) {
        throw new IllegalArgumentException("the tensor name " + tensor.name() + " is taken");
      }
      ObjectNode node = header.putObject(tensor.name()).put("dtype", tensor.type().name());
      ArrayNode shape = node.putArray("shape");
      tensor.shape().forEach(shape::add);
      node.putArray("data_offsets").add(offset).add(offset += tensor.sizeBytes());
    }
    return header;
  }

  /**
   * Reads a whole file. Every number of the header is checked against the file's length before
   * anything of that size is allocated. The stream is read to its end and stays open.
   *
   * @param sizeBytes the length of the file
   * @param where the file, for messages
   * @throws IntegrityException if the file is not a valid one
   * @throws IOException if reading fails, or ends early
   */
  public static Content read(InputStream in, long sizeBytes, String where) throws IOException {
    SafeTensorsHeader header = SafeTensorsHeader.read(in, sizeBytes, where);
    List<SafeTensorsHeader.Entry> byOffset = new ArrayList<>(header.entries());
    byOffset.sort(SafeTensorsHeader.FILE_ORDER);
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (SafeTensorsHeader.Entry entry : byOffset) {
      Object values = TensorBytes.read(entry.type(), entry.size(), in);
      tensors.put(entry.name(), new Tensor(entry.name(), entry.type(), entry.shape(), values));
    }
    if (in.read() >= 0) {
      throw new IntegrityException(where + ": goes on after its last tensor");
    }
    return new Content(tensors, header.metadata());
  }
}
