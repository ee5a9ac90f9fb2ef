package dev.lockstep.spark.shard;

import dev.lockstep.data.Block;
import dev.lockstep.data.Split;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.function.Function2;
import org.apache.spark.unsafe.types.UTF8String;
import scala.Tuple2;

/**
 * Turns the chunks of a shard, ordered by band, into the shard; one band is held at a time.
 *
 * @param shape the shape of every block
 * @param bands which rows each band has
 * @param classes the classes in the order of their indices, empty if labels are numbers
 * @param repeats how many folds a row has
 */
record BandedShardBuilder(BlockShape shape, Bands bands, List<String> classes, int repeats)
    implements Function2<Integer, Iterator<Tuple2<Long, Object>>, Iterator<StoredShard>>,
        Serializable {

  @Override
  public Iterator<StoredShard> call(Integer number, Iterator<Tuple2<Long, Object>> chunks) {
    return Collections.singletonList(build(number, chunks)).iterator();
  }

  private StoredShard build(int number, Iterator<Tuple2<Long, Object>> chunks) {
    Map<UTF8String, Float> indices = new HashMap<>();
    for (int i = 0; i < classes.size(); i++) {
      indices.put(UTF8String.fromString(classes.get(i)), (float) i);
    }
    BlockStorage storage = new BlockStorage();
    StoredRows[] stored = new StoredRows[Split.values().length];
    double trainWeight = 0;
    Tuple2<Long, Object> next = chunks.hasNext() ? chunks.next() : null;
    for (int split = 0; split < stored.length; split++) {
      stored[split] = new StoredRows(shape.blockRows(), storage);
      for (int band = 0; band < bands.count(number, split); band++) {
        List<byte[]> ofBand = new ArrayList<>();
        while (next != null && next._1() == Bands.key(number, split, band)) {
          ofBand.add((byte[]) next._2());
          next = chunks.hasNext() ? chunks.next() : null;
        }
        int rows = bands.rows(number, split, band);
        for (Block block : new BandBuilder(shape, indices, rows, repeats).build(ofBand)) {
          stored[split].add(block);
          if (split == Split.TRAIN.ordinal()) {
            trainWeight = plus(trainWeight, block);
          }
        }
      }
    }
    if (next != null) {
      throw new IllegalStateException("shard " + number + " got rows that are not its own");
    }
    return new StoredShard(number, stored, trainWeight, storage);
  }

  /** Adds the weights of a block, row by row: the sum's bits do not depend on blocks. */
  private static double plus(double sum, Block block) {
    double total = sum;
    for (int row = 0; row < block.rows(); row++) {
      total += block.weight(row);
    }
    return total;
  }
}
