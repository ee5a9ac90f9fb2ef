package dev.lockstep.spark.encode;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.data.Augmentation;
import dev.lockstep.data.Category;
import dev.lockstep.data.DataException;
import dev.lockstep.data.Schema;
import dev.lockstep.loss.Loss.Task;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What an encoding is, beside its pipeline: enough to encode rows of another source by name.
 *
 * @param inputs the columns that features are made of, with their types (Spark SQL DDL)
 * @param settings how they become features, as {@link FeatureSettings} has it; empty in models of
 *     earlier releases
 * @param featuresColumn the pipeline's vector column
 * @param weight the row weight column
 * @param offset the offset column
 * @param task what a label is
 * @param schema what encoded rows look like
 */
record Description(
    Map<String, String> inputs,
    List<String> settings,
    String featuresColumn,
    Optional<String> weight,
    Optional<String> offset,
    Task task,
    Schema schema)
    implements Serializable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int VERSION = 1;

  String toJson() {
    ObjectNode root = JSON.createObjectNode();
    root.put("version", VERSION);
    ArrayNode columns = root.putArray("inputs");
    inputs.forEach((name, type) -> columns.addObject().put("name", name).put("type", type));
    strings(root.putArray("settings"), settings);
    root.put("features_column", featuresColumn);
    weight.ifPresent(name -> root.put("weight", name));
    offset.ifPresent(name -> root.put("offset", name));
    root.put("task", task.name().toLowerCase(java.util.Locale.ROOT));
    ArrayNode weights = root.putArray("class_weights");
    schema.classWeights().forEach(weights::add);
    root.put("features", schema.features());
    if (schema.vocabulary() > 0) {
      root.put("vocabulary", schema.vocabulary());
    }
    if (!schema.categories().isEmpty()) {
      ArrayNode categories = root.putArray("categories");
      for (Category category : schema.categories()) {
        ObjectNode told = categories.addObject().put("feature", category.feature());
        told.put("name", category.name()).put("size", category.size());
      }
    }
    strings(root.putArray("feature_names"), schema.featureNames());
    if (!schema.shape().isEmpty()) {
      schema.shape().forEach(root.putArray("shape")::add);
    }
    strings(root.putArray("labels"), schema.labelNames());
    strings(root.putArray("classes"), schema.classes());
    return root.toPrettyString();
  }

  private static void strings(ArrayNode array, List<String> values) {
    values.forEach(array::add);
  }

  /**
   * What is made of the rows of this one, which weigh and vary as it says, if it is read as others
   * are; of its classes some may be missing.
   *
   * @param features of whom its features are read as
   * @param labels of whom its labels are
   */
  Description read(Description features, Description labels) {
    Schema made = features.schema();
    List<Double> weights = new ArrayList<>();
    for (String name :
        schema.classWeights().isEmpty() ? List.<String>of() : labels.schema.classes()) {
      int known = schema.classes().indexOf(name);
      weights.add(known < 0 ? 1.0 : schema.classWeights().get(known));
    }
    Schema read =
        new Schema(
            made.featureNames(),
            made.features(),
            labels.schema.labelNames(),
            labels.schema.classes(),
            weights,
            made.shape(),
            made.vocabulary(),
            made.categories(),
            schema.augmentation());
    return new Description(
        features.inputs,
        features.settings,
        features.featuresColumn,
        weight,
        offset,
        labels.task,
        read);
  }

  /**
   * Reads {@link #toJson}.
   *
   * @throws DataException if it is none
   */
  static Description parse(String json) {
    JsonNode root;
    try {
      root = JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new DataException("the model's encoding is no JSON: " + e.getOriginalMessage(), e);
    }
    if (root.path("version").asInt() != VERSION) {
      throw new DataException(
          "the model's encoding has version %s, this release reads %d"
              .formatted(root.path("version").asText("none"), VERSION));
    }
    Map<String, String> inputs = new LinkedHashMap<>();
    root.path("inputs").forEach(c -> inputs.put(c.path("name").asText(), c.path("type").asText()));
    List<Double> weights = new ArrayList<>();
    root.path("class_weights").forEach(weight -> weights.add(weight.asDouble()));
    List<Integer> shape = new ArrayList<>();
    root.path("shape").forEach(length -> shape.add(length.asInt()));
    return new Description(
        inputs,
        strings(root.path("settings")),
        root.path("features_column").asText(),
        Optional.ofNullable(root.get("weight")).map(JsonNode::asText),
        Optional.ofNullable(root.get("offset")).map(JsonNode::asText),
        Task.valueOf(root.path("task").asText().toUpperCase(java.util.Locale.ROOT)),
        new Schema(
            strings(root.path("feature_names")),
            root.path("features").asInt(),
            strings(root.path("labels")),
            strings(root.path("classes")),
            weights,
            shape,
            root.path("vocabulary").asInt(),
            categories(root.path("categories")),
            Augmentation.NONE));
  }

  private static List<Category> categories(JsonNode array) {
    List<Category> categories = new ArrayList<>();
    for (JsonNode told : array) {
      int feature = told.path("feature").asInt();
      categories.add(new Category(feature, told.path("name").asText(), told.path("size").asInt()));
    }
    return categories;
  }

  private static List<String> strings(JsonNode array) {
    List<String> values = new ArrayList<>();
    array.forEach(value -> values.add(value.asText()));
    return values;
  }
}
