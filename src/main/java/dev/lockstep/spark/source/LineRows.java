package dev.lockstep.spark.source;

import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.util.TaskCompletionListener;

/** The rows of a task's splits, with their identity. */
final class LineRows implements Iterator<Row> {
  private static final int IDENTITY = 3;

  private final Configuration hadoop;
  private final Iterator<LineSplit> splits;
  private final LineLimits limits;
  private final LineParser parser;
  private final boolean drop;
  private final int columns;
  private long left;
  private LineCursor cursor;
  private String file;
  private Object[] cells;

  LineRows(
      Configuration hadoop,
      List<LineSplit> splits,
      LineLimits limits,
      long mostRows,
      LineTable table,
      boolean drop) {
    this.hadoop = hadoop;
    this.splits = splits.iterator();
    this.limits = limits;
    this.left = mostRows;
    this.parser = table.parser();
    this.columns = table.schema().size();
    this.drop = drop;
    TaskContext task = TaskContext.get();
    if (task != null) {
      TaskCompletionListener close = context -> close();
      task.addTaskCompletionListener(close);
    }
  }

  @Override
  public boolean hasNext() {
    while (cells == null) {
      if (left == 0 || cursor == null && !splits.hasNext()) {
        return false;
      }
      try {
        advance();
      } catch (IOException e) {
        throw LineFiles.unreadable(cursor.file(), e);
      }
    }
    return true;
  }

  private void advance() throws IOException {
    if (cursor == null) {
      LineSplit split = splits.next();
      try {
        cursor = LineCursor.open(hadoop, split, limits);
      } catch (IOException e) {
        throw LineFiles.unreadable(split.file(), e);
      }
      file = split.file().input().path();
    }
    if (!cursor.next()) {
      close();
      return;
    }
    Object[] row = new Object[columns + IDENTITY];
    try {
      cursor.check();
      if (parser.parse(cursor.bytes(), cursor.length(), row)) {
        Identity.set(row, columns, file, cursor.offset());
        cells = row;
      }
    } catch (BadLineException e) {
      if (!drop) {
        throw BadLine.of(cursor, e).error(hadoop);
      }
    }
  }

  @Override
  public Row next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    left--;
    Row row = RowFactory.create(cells);
    cells = null;
    return row;
  }

  private void close() {
    if (cursor == null) {
      return;
    }
    LineCursor open = cursor;
    cursor = null;
    try {
      open.close();
    } catch (IOException e) {
      throw LineFiles.unreadable(open.file(), e);
    }
  }
}
