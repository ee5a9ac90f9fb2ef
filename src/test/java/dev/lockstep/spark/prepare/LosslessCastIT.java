package dev.lockstep.spark.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.data.DataException;
import dev.lockstep.spark.LocalSpark;
import dev.lockstep.spark.source.Identity;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which numbers stay the same in another type. */
class LosslessCastIT {
  /** The number that SQL makes, and a second row without one, in another type. */
  private static String cast(String sql, String wanted) {
    Dataset<Row> rows =
        LocalSpark.session()
            .range(2)
            .selectExpr(
                "if(id = 0, " + sql + ", null) as n",
                "'a.csv' as " + Identity.FILE,
                "id as " + Identity.POSITION);
    DataType found = rows.schema().apply("n").dataType();
    Column cast =
        LosslessCast.OF_TRAINING.of("n", found, DataType.fromDDL(wanted), functions.lit(0));
    return Failures.explained(
            () -> rows.select(cast.cast("string")).orderBy(Identity.POSITION).collectAsList(),
            Map.of())
        .toString();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "30D             | int           | 30",
        "-0D             | int           | 0",
        "2147483647L     | int           | 2147483647",
        "30L             | tinyint       | 30",
        "1               | boolean       | true",
        "true            | int           | 1",
        "12.3D           | decimal(6, 2) | 12.30",
        "2.05D * 3       | decimal(6, 2) | 6.15",
        "cast(12.3 as float) | decimal(6, 2) | 12.30",
        "12.300BD        | decimal(6, 2) | 12.30",
        "7               | bigint        | 7",
        "0.1D            | float         | 0.1",
        "16777217L       | float         | 1.6777216E7",
        "1e300D          | double        | 1.0E300",
        "30.00BD         | int           | 30",
      })
  void aNumberThatTheTypeHoldsIsReadAsIt(String sql, String wanted, String read) {
    assertThat(cast(sql, wanted)).isEqualTo("[[" + read + "], [null]]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "30.5D           | int           | 30.5       | DOUBLE",
        "-0.5D           | bigint        | -0.5       | DOUBLE",
        "3e9D            | int           | 3.0E9      | DOUBLE",
        "1e300D          | bigint        | 1.0E300    | DOUBLE",
        "double('nan')   | int           | NaN        | DOUBLE",
        "2147483648L     | int           | 2147483648 | BIGINT",
        "128             | tinyint       | 128        | INT",
        "30              | boolean       | 30         | INT",
        "12.345D         | decimal(6, 2) | 12.345     | DOUBLE",
        "12345.0D        | decimal(6, 2) | 12345.0    | DOUBLE",
        "30.50BD         | int           | 30.50      | DECIMAL(4,2)",
      })
  void anotherRowIsRefused(String sql, String wanted, String shown, String type) {
    for (String ansi : new String[] {"true", "false"}) {
      LocalSpark.session().conf().set("spark.sql.ansi.enabled", ansi);
      try {
        assertThatThrownBy(() -> cast(sql, wanted))
            .isInstanceOf(DataException.class)
            .hasMessageStartingWith("a.csv, row 1: column n is " + shown + "; it must fit ")
            .hasMessageEndingWith("train on it as " + type + ", or make it fit, in data.columns");
      } finally {
        LocalSpark.session().conf().unset("spark.sql.ansi.enabled");
      }
    }
  }
}
