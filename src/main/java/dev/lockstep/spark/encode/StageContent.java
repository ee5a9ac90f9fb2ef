package dev.lockstep.spark.encode;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.feature.ImputerModel;
import org.apache.spark.ml.feature.MinMaxScalerModel;
import org.apache.spark.ml.feature.OneHotEncoderModel;
import org.apache.spark.ml.feature.SQLTransformer;
import org.apache.spark.ml.feature.StandardScalerModel;
import org.apache.spark.ml.feature.StringIndexerModel;
import org.apache.spark.ml.feature.VectorSizeHint;
import org.apache.spark.ml.param.Param;

/** What decides what the stages of a pipeline make of a row, so that two can be compared. */
final class StageContent {
  /** What the rows of a fit have decided among a stage's params. */
  private static final Set<String> LEARNT =
      Set.of("vocabulary", "merges", "splitsArray", "statement");

  /** Names of columns and groups within a pipeline, by their number. */
  private static final Pattern ALIAS = Pattern.compile("__([eg])\\d+");

  private StageContent() {}

  /** All of it, a text for each stage. */
  static List<String> of(PipelineModel pipeline) {
    return Arrays.stream(pipeline.stages())
        .map(
            stage ->
                text(stage, Set.of(), UnaryOperator.identity())
                    + Arrays.deepToString(statistics(stage)))
        .toList();
  }

  /**
   * The same without what the rows of a fit have decided, and without the order of the columns: as
   * much as models of earlier releases tell, which kept no {@link FeatureSettings}.
   */
  static List<String> settings(PipelineModel pipeline) {
    return Arrays.stream(pipeline.stages())
        .map(stage -> unnumbered(text(stage, LEARNT, StageContent::unordered)))
        .sorted()
        .toList();
  }

  private static Object unordered(Object value) {
    return value instanceof String[] columns
        ? Arrays.stream(columns).map(StageContent::unnumbered).sorted().toList()
        : value;
  }

  private static String unnumbered(String text) {
    return ALIAS.matcher(text).replaceAll("__$1");
  }

  /** How many values the vectors of a pipeline have that are given or made, by column. */
  static Map<String, Integer> vectorSizes(PipelineModel pipeline) {
    Map<String, Integer> sizes = new TreeMap<>();
    Map<String, String> renamed = new HashMap<>();
    for (Transformer stage : pipeline.stages()) {
      if (stage instanceof SQLTransformer columns) {
        renamed.putAll(Input.renamed(columns));
      } else if (stage instanceof VectorSizeHint hint) {
        String column = hint.getInputCol();
        sizes.put(renamed.getOrDefault(column, column), hint.getSize());
      }
    }
    return sizes;
  }

  private static String text(Transformer stage, Set<String> without, UnaryOperator<Object> shown) {
    List<Object> all = new ArrayList<>(List.of(stage.getClass().getName(), stage.uid()));
    for (Param<?> param : stage.params()) {
      if (stage.isSet(param) && !without.contains(param.name())) {
        all.add(param.name());
        all.add(shown.apply(stage.get(param).get()));
      }
    }
    return Arrays.deepToString(all.toArray());
  }

  /** What a stage knows of the rows that it was fit on, beside its params. */
  private static Object[] statistics(Transformer stage) {
    if (stage instanceof StandardScalerModel scaler) {
      return new Object[] {scaler.mean(), scaler.std()};
    }
    if (stage instanceof MinMaxScalerModel scaler) {
      return new Object[] {scaler.originalMin(), scaler.originalMax()};
    }
    if (stage instanceof ImputerModel imputer) {
      return new Object[] {imputer.surrogateDF().collectAsList()};
    }
    if (stage instanceof StringIndexerModel indexer) {
      return indexer.labelsArray();
    }
    return stage instanceof OneHotEncoderModel encoder
        ? new Object[] {encoder.categorySizes()}
        : new Object[0];
  }
}
