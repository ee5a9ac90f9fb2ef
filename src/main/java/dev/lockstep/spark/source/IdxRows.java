package dev.lockstep.spark.source;

import java.io.IOException;
import java.io.InputStream;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.util.TaskCompletionListener;

/** The rows of a range of records: bytes, the label where there are labels, and the identity. */
final class IdxRows implements Iterator<Row> {
  private static final int IDENTITY = 3;

  private final Configuration hadoop;
  private final IdxFile images;
  private final byte[] labels;
  private final int to;
  private int at;
  private InputStream in;

  IdxRows(Configuration hadoop, IdxFile images, byte[] labels, int from, int to) {
    this.hadoop = hadoop;
    this.images = images;
    this.labels = labels;
    this.at = from;
    this.to = to;
    TaskContext task = TaskContext.get();
    if (task != null) {
      TaskCompletionListener close = context -> close();
      task.addTaskCompletionListener(close);
    }
  }

  @Override
  public boolean hasNext() {
    return at < to;
  }

  @Override
  public Row next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    byte[] record;
    try {
      record = read();
    } catch (IOException e) {
      throw IdxFile.unreadable(images.recordName(at), e);
    }
    int first = labels.length > 0 ? 2 : 1;
    Object[] cells = new Object[first + IDENTITY];
    cells[0] = record;
    if (labels.length > 0) {
      cells[1] = labels[at] & 0xFF;
    }
    Identity.set(cells, first, images.file().input().path(), at++);
    return RowFactory.create(cells);
  }

  private byte[] read() throws IOException {
    if (in == null) {
      in = images.open(hadoop, at);
    }
    byte[] record = in.readNBytes(images.recordBytes());
    if (record.length < images.recordBytes()) {
      throw images.cut(at);
    }
    if (at + 1 == images.records()) {
      images.requireEnd(in);
    }
    return record;
  }

  private void close() {
    if (in == null) {
      return;
    }
    try {
      in.close();
    } catch (IOException e) {
      throw IdxFile.unreadable(images.file().name(), e);
    }
  }
}
