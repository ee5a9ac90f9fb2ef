package dev.lockstep.torch;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lockstep.data.Batch;
import dev.lockstep.data.Block;
import dev.lockstep.data.DenseRows;
import dev.lockstep.data.Schema;
import dev.lockstep.math.RandomKey;
import dev.lockstep.model.Model;
import dev.lockstep.model.Parameters;
import dev.lockstep.model.Replica;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.random.RandomGenerator;

/** The scores that a module of three classes gives a few texts, here and in Python. */
public final class ScriptScores {
  static final int ROWS = 7;
  static final int TOKENS = 5;
  private static final int VOCABULARY = 64;
  private static final ObjectMapper JSON = new ObjectMapper();

  static final Schema SCHEMA =
      new Schema(
          List.of(),
          TOKENS,
          List.of("y"),
          List.of("a", "b", "c"),
          List.of(),
          List.of(),
          VOCABULARY);

  private static final String LOAD =
      """
      import json, sys, torch
      torch.set_num_threads(1)
      module = torch.jit.load(sys.argv[1])
      print(json.dumps(module(torch.tensor(json.loads(sys.argv[2]))).tolist()))
      """;

  private ScriptScores() {}

  private static int[][] ids() {
    RandomGenerator random = RandomKey.of(8).generator();
    int[][] ids = new int[ROWS][TOKENS];
    for (int[] row : ids) {
      for (int t = 0; t < TOKENS; t++) {
        row[t] = random.nextInt(VOCABULARY);
      }
    }
    return ids;
  }

  /** The texts, of classes 0, 1, 2, 0, .. */
  static Block block() {
    int stride = DenseRows.strideOf(TOKENS);
    float[] values = new float[ROWS * stride];
    float[] labels = new float[ROWS];
    int[][] ids = ids();
    for (int i = 0; i < ROWS; i++) {
      labels[i] = i % 3;
      for (int t = 0; t < TOKENS; t++) {
        values[i * stride + t] = ids[i][t];
      }
    }
    DenseRows features = new DenseRows(values, ROWS, TOKENS, stride);
    return new Block(features, labels, 1, new float[0], new float[0], new byte[0]);
  }

  /** Writes the LSTM of lstm.py; what it tells of it. Skips the test where there is no PyTorch. */
  public static JsonNode writeLstm(Path file, double dropout) {
    try (InputStream program = ScriptScores.class.getResourceAsStream("/torch/lstm.py")) {
      String text = new String(program.readAllBytes(), StandardCharsets.UTF_8);
      String ids = JSON.writeValueAsString(ids());
      return JSON.readTree(
          PythonTorch.run(file.getParent(), text, file.toString(), ids, "" + dropout));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** {@code [rows, 3]}, as its file was trained. */
  public static float[] here(byte[] module) {
    Model model = TorchScript.DEFAULTS.of(module);
    float[] params = new float[model.layout(SCHEMA).size()];
    model.initialize(params, SCHEMA, RandomKey.of(1).generator());
    float[] scores = new float[ROWS * 3];
    try (Replica replica = model.open(SCHEMA)) {
      replica.predict(new Parameters(1, params.length, params), Batch.of(block()), scores);
    }
    return scores;
  }

  /** The same in Python. */
  public static float[] inPython(Path module) {
    try {
      String ids = JSON.writeValueAsString(ids());
      return floats(
          JSON.readTree(PythonTorch.run(module.getParent(), LOAD, module.toString(), ids)));
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The numbers of a list, or of a list of lists. */
  static float[] floats(JsonNode list) {
    List<JsonNode> values =
        list.get(0).isArray()
            ? list.valueStream().flatMap(JsonNode::valueStream).toList()
            : list.valueStream().toList();
    float[] floats = new float[values.size()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) values.get(i).asDouble();
    }
    return floats;
  }
}
