package dev.lockstep.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lockstep.data.Batch;
import dev.lockstep.data.Layout;
import dev.lockstep.data.Layout.Slice;
import dev.lockstep.math.RandomKey;
import dev.lockstep.model.GradientSum;
import dev.lockstep.model.Model;
import dev.lockstep.model.Parameters;
import dev.lockstep.model.Replica;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An LSTM of PyTorch's own, there and here: lstm.py writes it. */
class ScriptInPythonTest {
  @TempDir Path folder;

  @Test
  void anLstmHasItsScoresAndGradientsAndIsReadBack() throws IOException {
    Path file = folder.resolve("lstm.pt");
    JsonNode told = ScriptScores.writeLstm(file, 0);
    Model model = TorchScript.DEFAULTS.of(Files.readAllBytes(file));
    assertThat(model.problems(ScriptScores.SCHEMA)).isEmpty();
    near(ScriptScores.here(Files.readAllBytes(file)), told.get("scores"), 1e-6);
    float[] params = new float[model.layout(ScriptScores.SCHEMA).size()];
    model.initialize(params, ScriptScores.SCHEMA, RandomKey.of(1).generator());
    GradientSum sum = new GradientSum(1, params.length, false);
    try (Replica replica = model.open(ScriptScores.SCHEMA)) {
      Parameters one = new Parameters(1, params.length, params);
      replica.accumulate(one, Batch.of(ScriptScores.block()), RandomKey.of(2), sum);
    }
    assertThat(sum.lossSums()[0]).isCloseTo(told.get("loss_sum").asDouble(), within(1e-5));
    compare(model.layout(ScriptScores.SCHEMA), params, sum, told);
    for (int i = 0; i < params.length; i++) {
      params[i] += sum.gradients()[i] / 100;
    }
    Path trained = folder.resolve("trained.pt");
    Files.write(trained, model.export(params).orElseThrow().bytes());
    float[] scores = ScriptScores.here(Files.readAllBytes(trained));
    assertThat(scores).isNotEqualTo(ScriptScores.floats(told.get("scores")));
    assertThat(ScriptScores.inPython(trained)).containsExactly(scores, within(1e-6f));
  }

  /** The gradient of each parameter, and where each buffer moved. */
  private static void compare(Layout layout, float[] params, GradientSum sum, JsonNode told) {
    for (Slice slice : layout.slices()) {
      boolean buffer = told.get("buffers").has(slice.name());
      float[] found = new float[slice.size()];
      for (int i = 0; i < found.length; i++) {
        int at = slice.offset() + i;
        float added = sum.gradients()[at];
        found[i] = buffer ? params[at] + added / ScriptScores.ROWS : added;
      }
      near(found, told.get(buffer ? "buffers" : "gradients").get(slice.name()), 1e-5);
    }
    assertThat(told.get("gradients").size() + told.get("buffers").size())
        .isEqualTo(layout.slices().size());
  }

  private static void near(float[] found, JsonNode expected, double tolerance) {
    float[] values = ScriptScores.floats(expected);
    assertThat(found).hasSameSizeAs(values);
    for (int i = 0; i < values.length; i++) {
      assertThat((double) found[i])
          .isCloseTo(values[i], within(tolerance * (1 + Math.abs(values[i]))));
    }
  }
}
