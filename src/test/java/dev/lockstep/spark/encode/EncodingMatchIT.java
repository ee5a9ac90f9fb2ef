package dev.lockstep.spark.encode;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.config.Binder;
import dev.lockstep.config.Document;
import dev.lockstep.loss.Loss.Task;
import dev.lockstep.spark.encode.GivenEncoding.Whose;
import dev.lockstep.spark.prepare.DataConfig;
import dev.lockstep.spark.prepare.HandMade;
import dev.lockstep.spark.prepare.Preparation;
import dev.lockstep.spark.source.Sources;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Which tables can be read as that of another training. */
class EncodingMatchIT {
  private static final List<String> COLUMNS = List.of("age", "town", "grade", "label");
  private static final String GRADES = "{ columns = [grade], encode = one_hot }, ";

  /** A table under a data section. */
  private record Table(DataConfig data, Preparation rows) {
    static Table of(String features, List<String> columns, DataType number) {
      String text = "source { format = synthetic }\nfeatures = [%s]".formatted(features);
      DataConfig data =
          new Binder(List.of(Sources.REGISTRY))
              .bind(Document.read(text, "run.conf", List.of()), DataConfig.class)
              .withSources(
                  new HandMade(schema(columns, number), values(columns, number), 2, 0),
                  Optional.empty(),
                  Optional.empty());
      return new Table(data, EncodingIT.prepare(data));
    }

    private static StructType schema(List<String> columns, DataType number) {
      StructType schema = new StructType();
      for (String column : columns) {
        boolean text = column.equals("town") || column.equals("label");
        schema = schema.add(column, text ? DataTypes.StringType : number);
      }
      return schema;
    }

    private static List<List<Object>> values(List<String> columns, DataType number) {
      List<List<Object>> rows = new ArrayList<>();
      for (int i = 0; i < 60; i++) {
        List<Object> row = new ArrayList<>();
        for (String column : columns) {
          row.add(
              switch (column) {
                case "age" -> number(20 + i, number);
                case "grade" -> number(i % 3, number);
                case "town" -> i % 4 == 0 ? "Genf" : "Bern";
                default -> i % 5 < 2 ? "yes" : "no";
              });
        }
        rows.add(row);
      }
      return rows;
    }

    private static Object number(int value, DataType type) {
      return type.equals(DataTypes.LongType) ? (Object) (long) value : (Object) (double) value;
    }

    Encoding fit() {
      return EncodingFit.fit(rows, data, Task.BINARY);
    }

    /** The features of its rows, in an order of their own. */
    List<String> features(Encoding encoding) {
      return encoding.encode(rows.rows()).select(EncodedColumns.FEATURES).collectAsList().stream()
          .map(Row::toString)
          .sorted()
          .toList();
    }
  }

  private static GivenEncoding given(Encoding model, Whose whose) {
    return new GivenEncoding(model, whose, true, true);
  }

  @ParameterizedTest
  @EnumSource
  void numbersOfAnotherTypeAreReadAsTheModelHasReadThem(Whose whose) {
    Table whole = Table.of(GRADES + "{ columns = \"*\" }", COLUMNS, DataTypes.LongType);
    Table fractional = Table.of(GRADES + "{ columns = \"*\" }", COLUMNS, DataTypes.DoubleType);
    List<String> wanted = whole.features(whole.fit());
    assertThat(wanted).hasSize(60).doesNotHaveDuplicates();
    Encoding read = fractional.fit().through(given(whole.fit(), whose), false);
    assertThat(fractional.features(read)).isEqualTo(wanted);
    assertThat(read.inputs()).isEqualTo(whole.fit().inputs());
    Encoding back = whole.fit().through(given(fractional.fit(), whose), false);
    assertThat(whole.features(back)).isEqualTo(wanted);
  }
}
