package dev.lockstep.spark.shard;

import dev.lockstep.spark.prepare.ClassNames;
import dev.lockstep.spark.prepare.StatisticsRequest;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;

/**
 * The columns of batches that are packed: the labels, the weight and the offset where present, the
 * vectors.
 *
 * @param names the columns
 * @param types their types
 * @param labels how many labels there are
 * @param weightAt the weight, -1 for none
 * @param offsetAt the offset, -1 for none
 * @param classes whether the label is a class
 * @param nonNegative whether labels must not be below 0
 */
record BatchLayout(
    List<String> names,
    List<DataType> types,
    int labels,
    int weightAt,
    int offsetAt,
    boolean classes,
    boolean nonNegative)
    implements Serializable {
  private static final DataType VECTORS = SQLDataTypes.VectorType();

  /**
   * The layout for what a request asks.
   *
   * @param schema has the columns that are asked for
   * @return empty if a column has a type that only Spark SQL casts as it should: then rows are read
   */
  static Optional<BatchLayout> of(StatisticsRequest request, StructType schema) {
    List<String> names = new ArrayList<>(request.labels());
    int weightAt = request.weight().isEmpty() ? -1 : names.size();
    if (weightAt >= 0) {
      names.add(request.weight());
    }
    int offsetAt = request.offset().isEmpty() ? -1 : names.size();
    if (offsetAt >= 0) {
      names.add(request.offset());
    }
    StatisticsRequest.Vectors vectors = request.vectors().get(0);
    names.add(vectors.name());
    List<DataType> types = names.stream().map(name -> schema.apply(name).dataType()).toList();
    boolean served = !vectors.moments() && types.get(types.size() - 1).equals(VECTORS);
    for (int i = 0; i < types.size() - 1; i++) {
      boolean named = request.classes() && i < request.labels().size();
      served &= named ? ClassNames.serves(types.get(i)) : ClassNames.isNumber(types.get(i));
    }
    BatchLayout layout =
        new BatchLayout(
            names,
            new ArrayList<>(types),
            request.labels().size(),
            weightAt,
            offsetAt,
            request.classes(),
            request.nonNegative());
    return served ? Optional.of(layout) : Optional.empty();
  }

  /** The column of vectors. */
  int vectorAt() {
    return names.size() - 1;
  }
}
