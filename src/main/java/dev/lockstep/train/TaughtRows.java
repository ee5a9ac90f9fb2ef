package dev.lockstep.train;

import dev.lockstep.data.Batch;
import dev.lockstep.data.Block;
import dev.lockstep.data.Rows;
import java.util.Arrays;

/**
 * Rows with what a teacher says of them.
 *
 * @param rows without it
 * @param scores of each block {@code [rows, outputs]}
 */
record TaughtRows(Rows rows, float[][] scores) implements Rows {
  @Override
  public int size() {
    return rows.size();
  }

  @Override
  public int blockRows() {
    return rows.blockRows();
  }

  @Override
  public Block block(int number) {
    return rows.block(number).withTaught(scores[number]);
  }

  @Override
  public Batch batch(int number, int from, int to) {
    Batch batch = rows.batch(number, from, to);
    Block block = batch.block();
    float[] all = scores[number];
    int outputs = all.length / rowsOf(number);
    int first = from - batch.from(); // of the rows that came along, those before may be left out
    boolean whole = block.rows() == rowsOf(number);
    float[] own =
        whole ? all : Arrays.copyOfRange(all, first * outputs, (first + block.rows()) * outputs);
    return new Batch(block.withTaught(own), batch.from(), batch.to());
  }
}
