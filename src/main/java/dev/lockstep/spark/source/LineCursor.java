package dev.lockstep.spark.source;

import dev.lockstep.data.DataException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.ZipException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.io.Text;
import org.apache.hadoop.io.compress.CodecPool;
import org.apache.hadoop.io.compress.CompressionCodec;
import org.apache.hadoop.io.compress.CompressionCodecFactory;
import org.apache.hadoop.io.compress.Decompressor;
import org.apache.hadoop.util.LineReader;

/**
 * Walks over the lines of a split with their byte offsets, which do not depend on the splits. Lines
 * end with LF, CRLF or CR. Hadoop's own record reader skips lines that are too long without a word;
 * this one keeps their beginning, so that the error can name them.
 */
final class LineCursor implements AutoCloseable {
  private static final int BUFFER_BYTES = 1 << 18;

  private final LineSplit split;
  private final LineLimits limits;
  private final CompressionCodec codec;
  private final Decompressor decompressor;
  private final LineReader reader;
  private final Text line = new Text();
  private final Text more = new Text();
  private long position;
  private long offset;
  private boolean tooLong;
  private boolean unclosed;

  private LineCursor(Configuration hadoop, LineSplit split, LineLimits limits) throws IOException {
    this.split = split;
    this.limits = limits;
    this.codec = codec(hadoop, split.file());
    FSDataInputStream bytes = split.file().open(hadoop);
    this.decompressor = codec == null ? null : CodecPool.getDecompressor(codec);
    try {
      InputStream in = bytes;
      if (codec != null) {
        in = codec.createInputStream(bytes, decompressor);
      } else if (split.start() > 0) {
        bytes.seek(split.start() - 1);
        this.position = split.start() - 1;
      }
      this.reader = new LineReader(in, BUFFER_BYTES);
    } catch (IOException e) {
      bytes.close();
      throw damaged(e);
    }
    if (split.start() > 0) {
      read(more, 0);
    }
  }

  /**
   * Opens a split.
   *
   * @throws DataException if the file has changed
   */
  static LineCursor open(Configuration hadoop, LineSplit split, LineLimits limits)
      throws IOException {
    return new LineCursor(hadoop, split, limits);
  }

  /**
   * How a file is compressed, by its name; null if it is not.
   *
   * @throws DataException if Hadoop lacks the native library that reads it
   */
  static CompressionCodec codec(Configuration hadoop, ListedFile file) {
    CompressionCodec codec = new CompressionCodecFactory(hadoop).getCodec(file.path());
    try {
      if (codec != null) {
        codec.getDecompressorType();
      }
    } catch (RuntimeException e) {
      throw new DataException(
          "%s: is compressed as %s, which this Hadoop cannot read; compress it as .gz, or not at all"
              .formatted(file.name(), codec.getDefaultExtension()),
          e);
    }
    return codec;
  }

  ListedFile file() {
    return split.file();
  }

  /** The byte offset of the current record. */
  long offset() {
    return offset;
  }

  /** The byte offset behind the current record. */
  long position() {
    return position;
  }

  /** The buffer that holds the current record; the caller may write to it. */
  byte[] bytes() {
    return line.getBytes();
  }

  /** The length of the current record without its line end. */
  int length() {
    return line.getLength();
  }

  /** Refuses a record beyond the limits. */
  void check() throws BadLineException {
    if (tooLong) {
      throw new BadLineException(
          "",
          (unclosed ? "a quote is never closed, or the record" : "the line")
              + " is longer than data.source.max_line_bytes = "
              + limits.maxBytes());
    }
  }

  /** Moves to the next record that begins in the split; false at its end. */
  boolean next() throws IOException {
    do {
      offset = position;
      if (offset >= split.end() || !read(line, limits.maxBytes() + 1)) {
        return false;
      }
      if (offset == 0) {
        skipByteOrderMark();
      }
    } while (offset < split.dataStart());
    tooLong = line.getLength() > limits.maxBytes();
    unclosed = false;
    if (limits.multiLine()) {
      joinQuotedLines();
    }
    return true;
  }

  private void joinQuotedLines() throws IOException {
    CsvDialect dialect = limits.quotes();
    if (dialect.isComment(bytes(), length())) {
      return;
    }
    unclosed = dialect.leavesOpen(bytes(), length(), false);
    while (unclosed && read(more, limits.maxBytes() + 1)) {
      unclosed = dialect.leavesOpen(more.getBytes(), more.getLength(), true);
      tooLong = tooLong || length() + 1L + more.getLength() > limits.maxBytes();
      if (!tooLong) {
        line.append(new byte[] {'\n'}, 0, 1);
        line.append(more.getBytes(), 0, more.getLength());
      }
    }
  }

  private void skipByteOrderMark() {
    byte[] b = line.getBytes();
    if (line.getLength() >= 3
        && b[0] == (byte) 0xEF
        && b[1] == (byte) 0xBB
        && b[2] == (byte) 0xBF) {
      line.set(b, 3, line.getLength() - 3);
    }
  }

  private boolean read(Text into, int keepBytes) throws IOException {
    try {
      int consumed = reader.readLine(into, keepBytes, Integer.MAX_VALUE);
      position += consumed;
      return consumed > 0;
    } catch (IOException e) {
      throw damaged(e);
    } catch (InternalError e) {
      throw damaged(new IOException(e));
    }
  }

  private IOException damaged(IOException e) throws IOException {
    boolean decoding =
        e instanceof EOFException || e instanceof ZipException || e.getClass() == IOException.class;
    if (codec != null && decoding) {
      throw new DataException(
          file().name()
              + ": the compressed file is cut or damaged ("
              + e.getMessage()
              + "); copy it again",
          e);
    }
    return e;
  }

  @Override
  public void close() throws IOException {
    try {
      reader.close();
    } finally {
      if (decompressor != null) {
        CodecPool.returnDecompressor(decompressor);
      }
    }
  }
}
