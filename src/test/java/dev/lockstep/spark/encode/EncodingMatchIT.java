package dev.lockstep.spark.encode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.config.Binder;
import dev.lockstep.config.ConfigException;
import dev.lockstep.config.Document;
import dev.lockstep.loss.Loss.Task;
import dev.lockstep.spark.encode.GivenEncoding.Whose;
import dev.lockstep.spark.prepare.DataConfig;
import dev.lockstep.spark.prepare.HandMade;
import dev.lockstep.spark.prepare.Preparation;
import dev.lockstep.spark.source.Sources;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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
    Encoding read = whole.fit().through(given(fractional.fit(), whose), false);
    assertThat(whole.features(read)).isEqualTo(wanted);
    assertThat(read.inputs()).isEqualTo(fractional.fit().inputs());
    Encoding own = fractional.fit();
    GivenEncoding losing = given(whole.fit(), whose);
    assertThatThrownBy(() -> own.through(losing, false))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("=BIGINT")
        .hasMessageContaining("give the run columns of these types, as by data.columns {");
  }

  @ParameterizedTest
  @EnumSource
  void columnsOfAnotherOrderAreReadByName(Whose whose) throws IOException {
    List<String> others = List.of("town", "label", "grade", "age");
    for (String features : List.of("", GRADES + "{ columns = [town, age] }")) {
      Table model = Table.of(features, COLUMNS, DataTypes.DoubleType);
      Table own =
          Table.of(features.replace("town, age", "age, town"), others, DataTypes.DoubleType);
      for (Encoding encoding : List.of(model.fit(), ofEarlierRelease(model.fit()))) {
        Encoding read = own.fit().through(given(encoding, whose), false);
        assertThat(own.features(read)).isEqualTo(model.features(model.fit()));
      }
    }
  }

  private static Encoding ofEarlierRelease(Encoding encoding) throws IOException {
    ObjectNode json = (ObjectNode) new ObjectMapper().readTree(encoding.toJson());
    assertThat(json.remove("settings")).isNotEmpty();
    return Encoding.of(json.toString(), encoding.pipeline());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "columns = [age], missing = mean | columns = [age], missing = median",
        "columns = [age], missing = constant, constant = 1 | columns = [age], missing = constant, constant = 2",
        "columns = [town], missing = category | columns = [town], missing = most_frequent",
        "columns = [town] | columns = [town], drop_first = true",
        "columns = [age], encode = bucket, quantiles = 3 | columns = [age], encode = bucket, quantiles = 4",
        "columns = [age], encode = bucket, splits = [30] | columns = [age], encode = bucket, splits = [40]",
        "columns = [town], encode = text_tokens | columns = [town], encode = text_tokens, text { vocabulary = 9 }",
        "columns = [age, grade], encode = polynomial | columns = [age, grade], encode = polynomial, degree = 3",
        "columns = [age], encode = scale }, { columns = [grade] | columns = [grade], encode = scale }, { columns = [age]",
      })
  void otherSettingsAreRefused(String one, String other) {
    for (List<String> pair : List.of(List.of(one, other), List.of(other, one))) {
      Encoding own = Table.of("{ %s }".formatted(pair.get(0)), COLUMNS, DataTypes.DoubleType).fit();
      Encoding model =
          Table.of("{ %s }".formatted(pair.get(1)), COLUMNS, DataTypes.DoubleType).fit();
      assertThatThrownBy(() -> own.through(given(model, Whose.INITIAL), false))
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining("init encodes the same columns in another way (")
          .hasMessageContaining("encode = ");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "columns = \"*\" | columns = [grade, town] }, { columns = [age]",
        "columns = [age, grade] | columns = [grade], encode = standardize, missing = mean }, { columns = [age]",
        "columns = [town] | columns = [town], encode = one_hot, missing = category, max_categories = 9",
        "columns = [age], missing = constant, constant = 1 | columns = [age], missing = constant, constant = 1.0",
      })
  void theSameInOtherWordsIsRead(String one, String other) {
    Table own = Table.of("{ %s }".formatted(one), COLUMNS, DataTypes.DoubleType);
    Table model = Table.of("{ %s }".formatted(other), COLUMNS, DataTypes.DoubleType);
    Encoding read = own.fit().through(given(model.fit(), Whose.INITIAL), false);
    assertThat(own.features(read)).isEqualTo(model.features(model.fit()));
  }
}
