package dev.lockstep.spark.encode;

import dev.lockstep.data.DataException;
import dev.lockstep.data.Schema;
import dev.lockstep.spark.prepare.RowText;
import java.util.List;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.api.java.UDF3;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import scala.collection.Seq;

/** Conditions on rows of another source that always hold, or throw. */
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

  /** Numbers of another source are finite float32 or missing; columns named for messages. */
  static Column numbers(List<String> names, Column[] numbers, Column file, Column position) {
    UDF3<Seq<Double>, String, Long, Boolean> check =
        (values, source, at) -> {
          for (int i = 0; i < names.size(); i++) {
            Double value = values.apply(i);
            if (value != null && !(Math.abs(value) <= Float.MAX_VALUE)) {
              throw new DataException(
                  "%s: column %s is %s; it must be a finite float32 number"
                      .formatted(RowText.where(source, at), names.get(i), value));
            }
          }
          return true;
        };
    return functions
        .udf(check, DataTypes.BooleanType)
        .apply(functions.array(numbers), file, position);
  }
}
