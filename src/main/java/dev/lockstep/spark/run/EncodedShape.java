package dev.lockstep.spark.run;

import dev.lockstep.data.Schema;
import dev.lockstep.spark.encode.EncodedColumns;
import dev.lockstep.spark.shard.BlockShape;
import dev.lockstep.spark.shard.ShardBuilder;
import java.util.Arrays;
import org.apache.spark.sql.types.StructType;

/** How encoded rows become blocks. */
final class EncodedShape {
  private EncodedShape() {}

  /** The builder of blocks from rows of a type that has the encoded columns. */
  static ShardBuilder builder(Schema schema, StructType type) {
    return new ShardBuilder(
        BlockShape.of(schema.features(), schema.labels()),
        type.fieldIndex(EncodedColumns.SPLIT),
        type.fieldIndex(EncodedColumns.FEATURES),
        type.fieldIndex(EncodedColumns.LABELS),
        type.fieldIndex(EncodedColumns.WEIGHT),
        type.fieldIndex(EncodedColumns.OFFSET),
        Arrays.asList(type.fieldNames()).indexOf(EncodedColumns.FOLDS));
  }
}
