package dev.lockstep.spark.encode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.config.Binder;
import dev.lockstep.config.ConfigException;
import dev.lockstep.config.Document;
import dev.lockstep.glm.Softmax;
import dev.lockstep.loss.Loss.Task;
import dev.lockstep.spark.LocalSpark;
import dev.lockstep.spark.prepare.DataConfig;
import dev.lockstep.spark.prepare.HandMade;
import dev.lockstep.spark.prepare.Preparation;
import dev.lockstep.spark.source.Sources;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Texts as ids of tokens: fitted on training rows, saved, and applied to others. */
class TextTokensIT {
  private static final StructType SCHEMA =
      new StructType()
          .add("n", DataTypes.IntegerType)
          .add("text", DataTypes.StringType)
          .add("label", DataTypes.StringType);

  /** "the" three times, "cat" and "sat" twice, "a" and "dog" once in the training rows. */
  private static final Object[][] ROWS = {
    {0, "The cat sat", "x"},
    {1, "the dog: sat!", "y"},
    {2, "THE a cat", "x"},
    {3, null, "y"},
    {4, "test words, the cat test", "x"},
    {5, "test", "y"}
  };

  private static DataConfig data(String features, int tasks) {
    String text =
        "source { format = synthetic }, id = n, label = label, ignore = [n]"
            + ", split { validation = 0, test = \"n >= 4\" }, features = [%s]".formatted(features);
    HandMade rows =
        new HandMade(SCHEMA, Arrays.stream(ROWS).map(Arrays::asList).toList(), tasks, 1);
    return new Binder(List.of(Sources.REGISTRY))
        .bind(Document.read(text, "run.conf", List.of()), DataConfig.class)
        .withSources(rows, Optional.empty(), Optional.empty());
  }

  private static Preparation prepare(DataConfig data, int shards) {
    return Preparation.prepare(
        LocalSpark.session(), data, new Preparation.Request(3, shards, true, List.of()));
  }

  private static Map<Integer, List<Double>> ids(Encoding encoding, Dataset<Row> rows) {
    Map<Integer, List<Double>> ids = new LinkedHashMap<>();
    for (Row row : encoding.encodeOther(rows, true, List.of("n")).collectAsList()) {
      double[] values = row.<Vector>getAs("features").toArray();
      ids.put(row.getInt(0), Arrays.stream(values).boxed().toList());
    }
    return ids;
  }

  @Test
  void idsFollowTheCountsOfTrainingRowsWhateverTheTasks() {
    for (int tasks : new int[] {1, 3}) {
      DataConfig data =
          data("{ columns = text, encode = text_tokens, text { length = 4 } }", tasks);
      Preparation preparation = prepare(data, 1 + tasks);
      Encoding encoding = EncodingFit.fit(preparation, data, Task.MULTICLASS);
      assertThat(encoding.schema().vocabulary()).isEqualTo(7);
      assertThat(encoding.schema().featureNames())
          .containsExactly("text[0]", "text[1]", "text[2]", "text[3]");
      Map<Integer, List<Double>> ids = ids(encoding, preparation.rows());
      assertThat(ids.get(0)).containsExactly(2.0, 3.0, 4.0, 0.0);
      assertThat(ids.get(1)).containsExactly(2.0, 6.0, 4.0, 0.0);
      assertThat(ids.get(2)).containsExactly(2.0, 5.0, 3.0, 0.0);
      assertThat(ids.get(3)).containsExactly(0.0, 0.0, 0.0, 0.0);
      assertThat(ids.get(4)).containsExactly(1.0, 1.0, 2.0, 3.0);
      assertThat(ids.get(5)).containsExactly(1.0, 0.0, 0.0, 0.0);
    }
  }

  private static final String BYTE_PAIRS =
      "{ columns = text, encode = text_tokens, text { unit = byte_pairs, length = 16, %s } }";

  @Test
  void mergesAreThoseOfTrainingRowsWhateverTheTasks() {
    List<String> first = null;
    for (int tasks : new int[] {1, 2, 5}) {
      DataConfig data = data(BYTE_PAIRS.formatted("vocabulary = 266"), tasks);
      Preparation preparation = prepare(data, 1 + tasks);
      Encoding encoding = EncodingFit.fit(preparation, data, Task.MULTICLASS);
      TokenIds stage = encoding.tokens().orElseThrow();
      List<String> merges = List.of(stage.getOrDefault(stage.merges()));
      first = first == null ? merges : first;
      assertThat(merges).isEqualTo(first).startsWith("a t", "h e", "t he", "c at").hasSize(10);
      assertThat(encoding.schema().vocabulary()).isEqualTo(268);
      assertThat(merges.toString()).as("words of test rows").doesNotContain("e s");
    }
  }

  @Test
  void aSavedPipelineGivesTheSameIds(@TempDir Path folder) {
    String characters =
        "{ columns = text, encode = text_tokens, text { unit = characters, lowercase = false,"
            + " length = 6, vocabulary = 5, pad = pre } }";
    Map<Integer, List<Double>> ids = savedIds(characters, 7, folder.resolve("characters"));
    assertThat(ids.get(5).subList(0, 2)).containsExactly(0.0, 0.0);
    Map<Integer, List<Double>> pairs =
        savedIds(BYTE_PAIRS.formatted("vocabulary = 270, pad = pre"), 269, folder.resolve("pairs"));
    assertThat(pairs.get(5).subList(0, 12)).as("no merge of t, e, s").containsOnly(0.0);
    assertThat(pairs.values()).allSatisfy(row -> assertThat(row).doesNotContain(1.0));
  }

  private static Map<Integer, List<Double>> savedIds(String features, int vocabulary, Path folder) {
    DataConfig data = data(features, 2);
    Preparation preparation = prepare(data, 2);
    Encoding encoding = EncodingFit.fit(preparation, data, Task.MULTICLASS);
    encoding.savePipeline(folder.toString());
    Encoding loaded = Encoding.load(LocalSpark.session(), encoding.toJson(), folder.toString());
    assertThat(loaded.schema()).isEqualTo(encoding.schema());
    assertThat(loaded.schema().vocabulary()).isEqualTo(vocabulary);
    Map<Integer, List<Double>> ids = ids(encoding, preparation.rows());
    assertThat(ids).hasSize(ROWS.length);
    assertThat(ids(loaded, preparation.rows())).isEqualTo(ids);
    return ids;
  }

  @Test
  void whatCannotBeTokensIsSaid() {
    assertThatThrownBy(() -> fit("{ columns = n, encode = text_tokens }"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("column n is int, encode = text_tokens needs text");
    assertThatThrownBy(() -> fit("{ columns = text, encode = text_tokens }, { columns = n }"))
        .hasMessageContaining("which must be the only one that makes features")
        .hasMessageContaining("text, n");
    assertThatThrownBy(() -> fit("{ columns = text, encode = hash, text { length = 9 } }"))
        .hasMessageContaining("text goes with encode = text_tokens");
    Encoding encoding = fit("{ columns = text, encode = text_tokens }");
    assertThat(Softmax.DEFAULTS.problems(encoding.schema()))
        .singleElement()
        .asString()
        .contains("model.kind = softmax needs numbers", "first layer is an embedding");
  }

  private static Encoding fit(String features) {
    DataConfig data = data(features, 1);
    return EncodingFit.fit(prepare(data, 1), data, Task.MULTICLASS);
  }
}
