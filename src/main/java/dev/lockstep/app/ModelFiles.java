package dev.lockstep.app;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.config.ConfigException;
import dev.lockstep.config.Problems;
import dev.lockstep.data.Layout;
import dev.lockstep.data.Schema;
import dev.lockstep.model.Model;
import dev.lockstep.model.Parameters;
import dev.lockstep.train.store.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A model between its flat vector and its directory. */
final class ModelFiles {
  /** Bumped when {@code model.json} changes its form. */
  static final int FORMAT = 1;

  private static final ObjectMapper JSON = new ObjectMapper();

  /** A model travels to each executor in one piece. */
  private static final int MOST_BYTES = 1 << 30;

  private ModelFiles() {}

  /** The run with the file that its model is read from; empty if problems were added. */
  static Optional<RunFile> read(RunFile run, Problems problems) {
    if (run.model().file().isEmpty()) {
      return Optional.of(run);
    }
    byte[] bytes = RunFileReader.bytes(run.model().file().get(), "model file", MOST_BYTES);
    try {
      return Optional.of(run.withModel(run.model().of(bytes)));
    } catch (IllegalArgumentException e) {
      String sentence = e.getMessage();
      int end = sentence.indexOf(' ');
      problems.add("model." + sentence.substring(0, end), sentence.substring(end + 1));
      return Optional.empty();
    }
  }

  /** {@code model.json}: the model, how predictions are judged, and the encoding. */
  static ObjectNode description(RunFile run, String encoding) {
    ObjectNode node = JSON.createObjectNode().put("format", FORMAT).put("name", run.name());
    Map<String, Object> resolved = run.resolved();
    node.set("model", JSON.valueToTree(resolved.get("model")));
    node.set("metrics", JSON.valueToTree(resolved.get("metrics")));
    try {
      node.set("encoding", JSON.readTree(encoding));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the encoding is no JSON: " + encoding, e);
    }
    return node;
  }

  /** The slices of the first member as named tensors. */
  static List<Tensor> tensors(Model model, Schema schema, Parameters params) {
    List<Tensor> tensors = new ArrayList<>();
    for (Layout.Slice slice : model.layout(schema).slices()) {
      float[] values = Arrays.copyOfRange(params.values(), slice.offset(), slice.end());
      tensors.add(Tensor.of(slice.name(), slice.shape(), values));
    }
    return tensors;
  }

  /**
   * The flat vector of named tensors.
   *
   * @param where the model directory, for messages
   * @throws ConfigException if they are not of this model and data
   */
  static float[] flat(Model model, Schema schema, Map<String, Tensor> tensors, String where) {
    Layout layout = model.layout(schema);
    float[] values = new float[layout.size()];
    layout.slices().forEach(slice -> copy(tensors, slice, where, values));
    return values;
  }

  private static void copy(
      Map<String, Tensor> tensors, Layout.Slice slice, String where, float[] values) {
    Tensor tensor = tensors.get(slice.name());
    if (tensor == null || !tensor.shape().equals(slice.shape())) {
      throw new ConfigException(
          "%s: %s is %s, must be of shape %s: it was trained on other features or another model"
              .formatted(
                  where,
                  slice.name(),
                  tensor == null ? "missing" : "of shape " + tensor.shape(),
                  slice.shape()));
    }
    System.arraycopy(tensor.floats(), 0, values, slice.offset(), slice.size());
  }

  /** What a directory holds beside the tensors, by name, for a model that is written as a file. */
  static Map<String, byte[]> files(Optional<Model.TrainedFile> file) {
    return file.map(made -> Map.of(made.model().file().orElseThrow(), made.bytes()))
        .orElse(Map.of());
  }
}
