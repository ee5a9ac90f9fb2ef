package dev.lockstep.spark.source;

import dev.lockstep.data.DataException;
import dev.lockstep.data.InputMissingException;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.apache.hadoop.conf.Configuration;

/**
 * A file in the idx format of MNIST: two zero bytes, the type (8: unsigned bytes), the number of
 * dimensions, each dimension as a big-endian 32-bit number, then the bytes; as a whole compressed
 * by gzip or not. The first dimension counts the records.
 *
 * @param file the file
 * @param gzipped whether it is compressed, as its first bytes say
 * @param records how many records there are, as its header says
 * @param shape of a record: {@code [height, width]} of images, nothing for labels
 */
record IdxFile(ListedFile file, boolean gzipped, int records, List<Integer> shape)
    implements Serializable {
  private static final int GZIP = 0x1F8B;
  private static final int BUFFER_BYTES = 1 << 16;
  private static final int UNSIGNED_BYTES = 0x800;
  private static final int LARGEST_RECORD = 1 << 26;

  /**
   * Reads the header.
   *
   * @param what the records are, in the plural
   * @param dimensions how many the file must have
   * @throws DataException if it is no such file, or a plain file has another length than it says
   */
  static IdxFile read(Configuration hadoop, ListedFile file, String what, int dimensions) {
    try {
      boolean gzipped = isGzipped(hadoop, file);
      try (DataInputStream in = new DataInputStream(stream(hadoop, file, gzipped))) {
        int magic = in.readInt();
        if (magic != UNSIGNED_BYTES + dimensions) {
          throw new DataException(
              "%s begins with 0x%08X, must begin with 0x%08X: an idx file of %s"
                  .formatted(file.name(), magic, UNSIGNED_BYTES + dimensions, what));
        }
        List<Integer> lengths = new ArrayList<>();
        for (int i = 0; i < dimensions; i++) {
          lengths.add(in.readInt());
        }
        return of(file, gzipped, lengths, what);
      }
    } catch (EOFException e) {
      throw new DataException(file.name() + " ends within its header: it is no idx file", e);
    } catch (IOException e) {
      throw unreadable(file.name(), e);
    }
  }

  private static IdxFile of(ListedFile file, boolean gzipped, List<Integer> lengths, String what) {
    int records = lengths.get(0);
    List<Integer> shape = List.copyOf(lengths.subList(1, lengths.size()));
    long size = shape.stream().mapToLong(Integer::longValue).reduce(1, (a, b) -> a * b);
    boolean usable = shape.stream().allMatch(length -> length >= 1 && length <= LARGEST_RECORD);
    if (records < 0 || !usable || size > LARGEST_RECORD) {
      throw new DataException(
          "%s: its header tells of %d %s of size %s; it is damaged"
              .formatted(file.name(), Integer.toUnsignedLong(records), what, shape));
    }
    if (records == 0) {
      throw new InputMissingException(file.name() + " holds no " + what);
    }
    IdxFile found = new IdxFile(file, gzipped, records, shape);
    long expected = found.headerBytes() + records * size;
    if (!gzipped && file.input().sizeBytes() != expected) {
      throw new DataException(
          "%s has %d bytes, its header tells of %d %s, which make %d: it is cut or damaged"
              .formatted(file.name(), file.input().sizeBytes(), records, what, expected));
    }
    return found;
  }

  private static boolean isGzipped(Configuration hadoop, ListedFile file) throws IOException {
    try (DataInputStream in = new DataInputStream(file.open(hadoop))) {
      return in.readUnsignedShort() == GZIP;
    }
  }

  private static InputStream stream(Configuration hadoop, ListedFile file, boolean gzipped)
      throws IOException {
    InputStream in = file.open(hadoop);
    try {
      return gzipped
          ? new GZIPInputStream(in, BUFFER_BYTES)
          : new BufferedInputStream(in, BUFFER_BYTES);
    } catch (IOException e) {
      in.close();
      throw e;
    }
  }

  /** How many bytes a record has. */
  int recordBytes() {
    return shape.stream().reduce(1, Math::multiplyExact);
  }

  private long headerBytes() {
    return Integer.BYTES * (2L + shape.size());
  }

  /**
   * Opens the file at a record; the caller closes it.
   *
   * @throws IOException if it cannot be read, or ends before the record
   */
  InputStream open(Configuration hadoop, int record) throws IOException {
    long before = headerBytes() + (long) record * recordBytes();
    InputStream in = stream(hadoop, file, gzipped);
    try {
      in.skipNBytes(before);
      return in;
    } catch (IOException e) {
      in.close();
      throw e;
    }
  }

  /** A record in messages. */
  String recordName(int record) {
    return file.name() + ", record " + record + " (from 0)";
  }

  /** What is wrong with a file that has fewer records than it says. */
  DataException cut(int record) {
    return new DataException(
        "%s is not there: the file is cut, its header tells of %d records"
            .formatted(recordName(record), records));
  }

  /**
   * Checks that nothing follows the last record.
   *
   * @param in stands behind it
   */
  void requireEnd(InputStream in) throws IOException {
    if (in.read() >= 0) {
      throw new DataException(
          "%s goes on after record %d, its header tells of %d records: it is damaged"
              .formatted(file.name(), records - 1, records));
    }
  }

  /**
   * What it means that a file, or a record of it, could not be read: that storage failed, or that
   * the file is not whole.
   *
   * @param where the file, and the record where it is known
   */
  static RuntimeException unreadable(String where, IOException e) {
    if (e instanceof EOFException || e instanceof ZipException || !ReaderFailures.ofStorage(e)) {
      return new DataException(
          where + " cannot be read: the file is cut or damaged (" + e.getMessage() + ")", e);
    }
    return new UncheckedIOException(e);
  }
}
