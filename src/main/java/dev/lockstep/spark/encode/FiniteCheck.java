package dev.lockstep.spark.encode;

import dev.lockstep.data.Schema;
import dev.lockstep.spark.prepare.BadRowException;
import dev.lockstep.spark.prepare.Columns;
import java.util.List;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.api.java.UDF4;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import scala.collection.Seq;
import scala.runtime.BoxedUnit;

/** Conditions on rows that always hold, or throw with the row's place. */
final class FiniteCheck {
  private FiniteCheck() {}

  /** Every feature is a finite float32, and there are as many as in training. */
  static Column features(Schema schema, Column column, RowPlace place) {
    UDF4<Vector, Integer, String, Long, Boolean> check =
        (features, part, file, position) -> {
          if (features.size() != schema.features()) {
            throw new BadRowException(
                part,
                file,
                position,
                "there are %d features, the model was trained on %d: %s"
                    .formatted(features.size(), schema.features(), sized(schema.features())));
          }
          features.foreachActive(
              (index, value) -> {
                if (!(Math.abs((double) value) <= Float.MAX_VALUE)) {
                  throw new BadRowException(
                      part,
                      file,
                      position,
                      "feature %s is %s; it must be a finite float32 number"
                          .formatted(schema.featureName((int) index), value));
                }
                return BoxedUnit.UNIT;
              });
          return true;
        };
    return functions
        .udf(check, DataTypes.BooleanType)
        .apply(column, place.part(), place.file(), place.position());
  }

  /** A column's vectors have as many elements as in training; none where a vector is missing. */
  static Column elements(String column, int size, RowPlace place) {
    UDF4<Vector, Integer, String, Long, Boolean> check =
        (vector, part, file, position) -> {
          if (vector != null && vector.size() != size) {
            throw new BadRowException(
                part,
                file,
                position,
                "column %s has %d elements, had %d in training: %s"
                    .formatted(column, vector.size(), size, sized(size)));
          }
          return true;
        };
    return functions
        .udf(check, DataTypes.BooleanType)
        .apply(Columns.col(column), place.part(), place.file(), place.position());
  }

  private static String sized(int size) {
    return "give all rows vectors of that size (data.source.features = %d of libsvm files)"
        .formatted(size);
  }

  /** The numbers of a row are what their rules want. */
  static Column numbers(List<NumberRule> rules, RowPlace place) {
    UDF4<Seq<Double>, Integer, String, Long, Boolean> check =
        (values, part, file, position) -> {
          for (int i = 0; i < rules.size(); i++) {
            String problem = rules.get(i).problem(values.apply(i));
            if (!problem.isEmpty()) {
              throw new BadRowException(part, file, position, problem);
            }
          }
          return true;
        };
    Column[] values = rules.stream().map(NumberRule::value).toArray(Column[]::new);
    return functions
        .udf(check, DataTypes.BooleanType)
        .apply(functions.array(values), place.part(), place.file(), place.position());
  }
}
