package dev.lockstep.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.app.CommandLineRun;
import dev.lockstep.math.RandomKey;
import dev.lockstep.torch.PythonTorch;
import dev.lockstep.torch.ScriptScores;
import dev.lockstep.torch.ScriptSource;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A module of TorchScript from its file to the model directory, on a cluster and here. */
final class TorchScriptRunsIT {
  private static final Path NATIVES =
      Launcher.JAR.resolveSibling("lockstep-torch-linux-x86_64.jar");
  private static final int TEXTS = 600;
  private static final int WORDS = 40;

  /** As nn.Embedding, nn.LSTM and nn.Linear, for where there is no Python. */
  private static final String LSTM =
      """
      zero = torch.zeros([1, x.size(0), 12])
      steps, h, c = torch.lstm(torch.embedding(self.embedding, x), [zero, zero], \
      [self.w_ih, self.w_hh, self.b_ih, self.b_hh], True, 1, 0.0, self.training, False, True)
      last = torch.dropout(steps[:, -1], 0.2, self.training)
      return torch.linear(last, self.weight, self.bias)
      """;

  @TempDir static Path base;
  private static Path module;
  private static String text;

  @BeforeAll
  static void write() throws IOException {
    module = base.resolve("lstm.pt");
    Files.write(
        module,
        new ScriptSource(LSTM)
            .parameter("embedding", 64, 8)
            .parameter("w_ih", 48, 8)
            .parameter("w_hh", 48, 12)
            .parameter("b_ih", 48)
            .parameter("b_hh", 48)
            .parameter("weight", 3, 12)
            .parameter("bias", 3)
            .bytes());
    Path texts = base.resolve("texts.csv");
    StringBuilder csv = new StringBuilder("kind,text\n");
    RandomKey key = RandomKey.of(3);
    for (int i = 0; i < TEXTS; i++) {
      csv.append("abc".charAt(i % 3)).append(',');
      for (int t = 0; t < 6; t++) {
        csv.append("word").append((key.below(6L * i + t, WORDS / 3) * 3 + i % 3) + " ");
      }
      csv.append('\n');
    }
    Files.writeString(texts, csv);
    text = text(texts, module);
  }

  private static String text(Path texts, Path file) {
    return """
        seed = 4
        data {
          source { format = csv, path = "%s", header = true }
          label = kind
          features = [{ columns = [text], encode = text_tokens, text { length = 8, vocabulary = 60 } }]
          shards = 8
        }
        model { kind = torchscript, path = "%s", loss { kind = cross_entropy } }
        optimizer { kind = adam, learning_rate = 0.02 }
        train { batch_size = 64, epochs = 6 }
        checkpoint { every_steps = 4 }
        """
        .formatted(texts, file);
  }

  /** PyTorch's own LSTM where there is a Python, else the one that this test writes. */
  @Test
  void aClusterAndEveryEngineTrainTheSameBits(@TempDir Path folder) throws IOException {
    boolean python = PythonTorch.found().isPresent();
    Path made = python ? folder.resolve("made.pt") : module;
    if (python) {
      ScriptScores.writeLstm(made, 0.2);
    }
    String own = text.replace(module.toString(), made.toString());
    String expected = Run.undisturbed(own);
    for (String engine : new String[] {"job", "gang"}) {
      Run run = Run.in(folder.resolve(engine), own + "engine { kind = " + engine + " }");
      run.finishHere("local[2]");
      assertThat(run.sha()).as(engine).isEqualTo(expected);
    }
    Run run = Run.in(folder.resolve("there"), own);
    try (StandaloneCluster cluster =
        StandaloneCluster.start(folder.resolve("cluster"), 2, 1, "1g")) {
      run.finish(cluster.master(), "--jars", NATIVES.toString());
    }
    assertThat(run.sha()).isEqualTo(expected);
    Path trained = run.output().resolve("model/model.pt");
    float[] scores = ScriptScores.here(Files.readAllBytes(trained));
    assertThat(scores).isNotEqualTo(ScriptScores.here(Files.readAllBytes(made)));
    if (python) {
      assertThat(ScriptScores.inPython(trained)).containsExactly(scores, within(1e-6f));
    }
  }

  @Test
  void theModelDirectoryNeedsTheFileNoMore(@TempDir Path folder) throws IOException {
    Path moved = Files.copy(module, folder.resolve("moved.pt"));
    Run run = Run.in(folder, text.replace(module.toString(), moved.toString()));
    CommandLineRun trained = run.finishHere("local[2]");
    assertThat(run.output().resolve("model/model.pt")).isRegularFile();
    Files.delete(moved);
    String output = "output=" + run.output();
    CommandLineRun evaluated =
        CommandLineRun.of("evaluate", run.file().toString(), "--split", "train", "--set", output);
    assertThat(evaluated.code()).as(evaluated.text()).isZero();
    assertThat(evaluated.text()).contains("accuracy");
    assertThat(trained.text()).contains("train: ");
  }

  @Test
  void aRunResumesWithTheSameFileOnly(@TempDir Path folder) throws IOException {
    Path file = Files.copy(module, folder.resolve("own.pt"));
    String own = text.replace(module.toString(), file.toString());
    Run run = Run.in(folder, own);
    run.finishHere("local[2]");
    String sha = run.sha();
    Files.delete(run.output().resolve("result.json"));
    CommandLineRun resumed = run.finishHere("local[2]");
    assertThat(resumed.text()).contains("resumed at step");
    assertThat(run.sha()).isEqualTo(sha);
    Files.delete(run.output().resolve("result.json"));
    Files.write(file, new ScriptSource("return x").parameter("w", 1).bytes());
    CommandLineRun changed = run.here("local[2]", Map.of());
    assertThat(changed.code()).as(changed.text()).isEqualTo(78);
    assertThat(changed.text()).contains("model.sha256 was ");
  }

  @Test
  void theLinesOfTheReadmeReadBothKindsInPython(@TempDir Path folder) throws IOException {
    Run lstm = Run.in(folder.resolve("lstm"), text);
    lstm.finishHere("local[2]");
    Run mlp =
        Run.in(
            folder.resolve("mlp"),
            """
            data { source { format = synthetic, task = multiclass, classes = 3, rows = 300, features = 6 } }
            model { kind = mlp, hidden = [5] }
            optimizer { kind = adam }
            train { batch_size = 64, epochs = 1 }
            """);
    mlp.finishHere("local[2]");
    Files.createDirectories(folder.resolve("runs"));
    Files.createSymbolicLink(folder.resolve("runs/lstm"), lstm.output());
    Files.createSymbolicLink(folder.resolve("runs/mlp"), mlp.output());
    String lines = resource("load.py");
    String printed =
        PythonTorch.run(folder, resource("safetensors.py") + lines + "print('read')\n");
    assertThat(printed).contains("read");
    String readme = Files.readString(Launcher.HOME.resolve("README.md"));
    if (readme.contains("torch.jit.load")) {
      assertThat(readme).contains(lines.strip());
    }
  }

  private static String resource(String name) throws IOException {
    try (InputStream file = TorchScriptRunsIT.class.getResourceAsStream("/torch/" + name)) {
      return new String(file.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
