package dev.lockstep.train.store;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The header of a safetensors file, read as a stream and believed in nothing: lengths, offsets,
 * shapes, names and depth are checked before they are used.
 *
 * @param entries in the order of the header
 * @param metadata {@code __metadata__}
 */
record SafeTensorsHeader(List<Entry> entries, Map<String, String> metadata) {
  /** The format's own limit. */
  static final int MAX_BYTES = 100_000_000;

  static final String METADATA = "__metadata__";
  static final Comparator<Entry> FILE_ORDER =
      Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end);

  private static final int MAX_TENSORS = 100_000;
  private static final int MAX_DIMENSIONS = 32;
  private static final int MAX_ELEMENTS = Integer.MAX_VALUE - 8;

  /** A tensor's place: bytes {@code [begin, end)} after the header. */
  record Entry(
      String name, Tensor.Type type, List<Integer> shape, int size, long begin, long end) {}

  /** Reads the length and the header, up to the first byte of the values. */
  static SafeTensorsHeader read(InputStream in, long sizeBytes, String where) throws IOException {
    byte[] prefix = in.readNBytes(8);
    if (prefix.length < 8) {
      throw new IntegrityException(where + ": ends inside the length of its header");
    }
    long length = ByteBuffer.wrap(prefix).order(ByteOrder.LITTLE_ENDIAN).getLong();
    if (length < 2 || length > MAX_BYTES || length > sizeBytes - 8) {
      throw new IntegrityException(
          "%s: the header's length is %s, must be within 2..%d and the file of %d bytes"
              .formatted(where, Long.toUnsignedString(length), MAX_BYTES, sizeBytes));
    }
    Bounded bounded = new Bounded(in, length);
    SafeTensorsHeader header;
    try (JsonParser json = Json.FACTORY.createParser(bounded)) {
      header = new Reading(json, where).header();
    } catch (StreamConstraintsException e) {
      throw new IntegrityException(where + ": the header nests too deep or a name is too long", e);
    } catch (JsonProcessingException e) {
      throw new IntegrityException(where + ": the header is no JSON", e);
    }
    if (bounded.left > 0) {
      throw new EOFException(where + ": ends inside its header");
    }
    header.check(sizeBytes - 8 - length, where);
    return header;
  }

  private void check(long dataBytes, String where) {
    List<Entry> sorted = new ArrayList<>(entries);
    sorted.sort(FILE_ORDER);
    long end = 0;
    for (Entry entry : sorted) {
      if (entry.begin() != end) {
        throw new IntegrityException(
            "%s: tensor %s begins at %d, must begin at %d, where the one before it ends"
                .formatted(where, entry.name(), entry.begin(), end));
      }
      end = entry.end();
    }
    if (end != dataBytes) {
      throw new IntegrityException(
          "%s: holds %d bytes of values, its header names %d".formatted(where, dataBytes, end));
    }
  }

  /** The header's bytes and not one more; a parser that closes it closes nothing. */
  private static final class Bounded extends InputStream {
    private final InputStream in;
    private long left;

    Bounded(InputStream in, long left) {
      this.in = in;
      this.left = left;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      int count = left == 0 ? -1 : in.read(into, offset, (int) Math.min(length, left));
      left -= Math.max(count, 0);
      return count;
    }
  }

  /** One pass over the header's tokens. */
  private static final class Reading {
    private final JsonParser json;
    private final String where;
    private final List<Entry> entries = new ArrayList<>();
    private final Map<String, String> metadata = new LinkedHashMap<>();
    private final Set<String> names = new HashSet<>();

    Reading(JsonParser json, String where) {
      this.json = json;
      this.where = where;
    }

    SafeTensorsHeader header() throws IOException {
      expect(json.nextToken(), JsonToken.START_OBJECT, "the header");
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String name = json.currentName();
        if (!names.add(name) || names.size() > MAX_TENSORS) {
          throw wrong("names " + name + " twice, or more than " + MAX_TENSORS + " tensors");
        }
        expect(json.nextToken(), JsonToken.START_OBJECT, name);
        if (name.equals(METADATA)) {
          readMetadata();
        } else {
          entries.add(entry(name));
        }
      }
      if (json.nextToken() != null) {
        throw wrong("goes on after its end");
      }
      return new SafeTensorsHeader(entries, metadata);
    }

    private void readMetadata() throws IOException {
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String key = json.currentName();
        expect(json.nextToken(), JsonToken.VALUE_STRING, key);
        if (metadata.put(key, json.getText()) != null || metadata.size() > MAX_TENSORS) {
          throw wrong("has too much metadata, or " + key + " twice");
        }
      }
    }

    private Entry entry(String name) throws IOException {
      String type = null;
      List<Long> shape = null;
      List<Long> offsets = null;
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String field = json.currentName();
        json.nextToken();
        if (field.equals("dtype") && type == null) {
          expect(json.currentToken(), JsonToken.VALUE_STRING, name + ".dtype");
          type = json.getText();
        } else if (field.equals("shape") && shape == null) {
          shape = numbers(name + ".shape", MAX_DIMENSIONS);
        } else if (field.equals("data_offsets") && offsets == null) {
          offsets = numbers(name + ".data_offsets", 2);
        } else {
          throw wrong("tensor " + name + " has " + field + " twice, or it is unknown");
        }
      }
      if (type == null || shape == null || offsets == null || offsets.size() != 2) {
        throw wrong("tensor " + name + " must have dtype, shape and two data_offsets");
      }
      return entry(name, type(name, type), shape, offsets.get(0), offsets.get(1));
    }

    private Entry entry(String name, Tensor.Type type, List<Long> shape, long begin, long end) {
      long size = shape.contains(0L) ? 0 : 1;
      List<Integer> dimensions = new ArrayList<>();
      for (long dimension : shape) {
        if (dimension > MAX_ELEMENTS || size > MAX_ELEMENTS / Math.max(dimension, 1)) {
          throw wrong("tensor " + name + " of shape " + shape + " has more values than an array");
        }
        size *= dimension;
        dimensions.add((int) dimension);
      }
      if (end < begin || end - begin != size * type.sizeBytes()) {
        throw wrong(
            "tensor %s of shape %s takes %d bytes, data_offsets are [%d, %d]"
                .formatted(name, shape, size * type.sizeBytes(), begin, end));
      }
      return new Entry(name, type, List.copyOf(dimensions), (int) size, begin, end);
    }

    private Tensor.Type type(String name, String text) {
      for (Tensor.Type type : Tensor.Type.values()) {
        if (type.name().equals(text)) {
          return type;
        }
      }
      throw wrong("tensor " + name + " is of type " + text + ", must be F32, F64 or I64");
    }

    /** Whole numbers of 0 and above. */
    private List<Long> numbers(String what, int most) throws IOException {
      expect(json.currentToken(), JsonToken.START_ARRAY, what);
      List<Long> numbers = new ArrayList<>(2);
      while (json.nextToken() != JsonToken.END_ARRAY) {
        expect(json.currentToken(), JsonToken.VALUE_NUMBER_INT, what);
        if (json.getNumberType() == JsonParser.NumberType.BIG_INTEGER
            || json.getLongValue() < 0
            || numbers.size() == most) {
          throw wrong(what + " must be at most " + most + " numbers of 0 and above, in 63 bits");
        }
        numbers.add(json.getLongValue());
      }
      return numbers;
    }

    private void expect(JsonToken actual, JsonToken wanted, String what) {
      if (actual != wanted) {
        throw wrong(what + " must be " + wanted + ", is " + actual);
      }
    }

    private IntegrityException wrong(String what) {
      return new IntegrityException(where + ": the header is wrong: " + what);
    }
  }
}
