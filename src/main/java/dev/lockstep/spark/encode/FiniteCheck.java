package dev.lockstep.spark.encode;

import dev.lockstep.data.DataException;
import dev.lockstep.data.Schema;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;

/** A condition on encoded rows that always holds, or throws. */
final class FiniteCheck {
  private FiniteCheck() {}

  /** Every feature is a finite float32, and there are as many as in training. */
  static Column holds(Schema schema, Column column) {
    UDF1<Vector, Boolean> check =
        features -> {
          if (features.size() != schema.features()) {
            throw new DataException(
                "a row has %d features, the model was trained on %d"
                    .formatted(features.size(), schema.features()));
          }
          features.foreachActive(
              (index, value) -> {
                if (!(Math.abs((double) value) <= Float.MAX_VALUE)) {
                  throw new DataException(
                      "feature %s of a row is %s; it must be a finite float32 number"
                          .formatted(schema.featureName((int) index), value));
                }
                return scala.runtime.BoxedUnit.UNIT;
              });
          return true;
        };
    return functions.udf(check, DataTypes.BooleanType).apply(column);
  }
}
