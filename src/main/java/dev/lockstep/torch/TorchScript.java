package dev.lockstep.torch;

import dev.lockstep.config.Required;
import dev.lockstep.data.Layout;
import dev.lockstep.data.Schema;
import dev.lockstep.loss.Loss;
import dev.lockstep.loss.Losses;
import dev.lockstep.loss.SoftmaxLoss;
import dev.lockstep.model.Model;
import dev.lockstep.model.Replica;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * A module that PyTorch has scripted or traced, trained as it is: its parameters, named as there,
 * start from the values of the file. Rows go in as numbers {@code [rows, features]}, as images in
 * their shape, or as ids {@code int64 [rows, tokens]}; scores {@code [rows, outputs]} come out.
 *
 * @param path of the file, local to the driver or any Hadoop URI
 * @param sha256 of the file, in hexadecimal; empty: whatever file is there when the run begins, and
 *     a run that resumes needs the same
 * @param loss what is minimized, which also decides what the label must be
 */
public record TorchScript(@Required ScriptFile path, String sha256, Loss loss)
    implements NativeModel {
  /** The name of a trained module in its model's directory. */
  public static final String NAME = "model.pt";

  /** Two classes or more. */
  public static final TorchScript DEFAULTS =
      new TorchScript(ScriptFile.parse(NAME), "", new SoftmaxLoss());

  /** Checks the hash's form. */
  public TorchScript {
    Objects.requireNonNull(path);
    Objects.requireNonNull(loss);
    if (!sha256.matches("([0-9a-f]{64})?")) {
      throw new IllegalArgumentException("sha256 must be 64 digits from 0 to f, is " + sha256);
    }
  }

  @Override
  public Optional<String> file() {
    return Optional.of(path.toString());
  }

  @Override
  public TorchScript of(byte[] bytes) {
    ScriptFile read;
    try {
      read = path.with(bytes);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("path " + path + " " + e.getMessage(), e);
    }
    String found = read.content().orElseThrow().sha256();
    if (!sha256.isEmpty() && !sha256.equals(found)) {
      throw new IllegalArgumentException(
          "sha256 is %s, but that of %s is %s: restore the file, or leave sha256 out"
              .formatted(sha256, path, found));
    }
    return new TorchScript(read, found, loss);
  }

  private ScriptFile.Content content() {
    return path.content()
        .orElseThrow(() -> new IllegalStateException(path + " was not read before its use"));
  }

  @Override
  public Optional<TrainedFile> export(float[] params) {
    try (LoadedScript script = LoadedScript.of(content().bytes())) {
      byte[] bytes = script.save(content().layout(), params);
      Model model = new TorchScript(ScriptFile.parse(NAME), "", loss).of(bytes);
      return Optional.of(new TrainedFile(model, bytes));
    }
  }

  @Override
  public int outputs(Schema schema) {
    return LabelChecks.outputs(loss.task(), schema);
  }

  @Override
  public Layout layout(Schema schema) {
    return content().layout();
  }

  @Override
  public void initialize(float[] params, Schema schema, RandomGenerator random) {
    try (LoadedScript script = LoadedScript.of(content().bytes())) {
      script.values(content().layout(), params);
    }
  }

  @Override
  public List<String> problems(Schema schema) {
    if (loss.task() == Loss.Task.NEXT_TOKEN) {
      return List.of(
          "model.loss = next_token needs layers that look back only, a script's are not known: use"
              + " kind = transformer, network or lstm");
    }
    return LabelChecks.problem(Losses.REGISTRY.kindOf(loss), loss.task(), schema)
        .or(() -> trial(schema).map(sentence -> "model.path " + path + " " + sentence))
        .stream()
        .toList();
  }

  private Optional<String> trial(Schema schema) {
    try (NativeScript script = network(schema, layout(schema), Passes.MOST_ROWS)) {
      return Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.of(e.getMessage());
    }
  }

  /** What goes in, without rows. */
  private static Dims input(Schema schema) {
    if (schema.vocabulary() > 0) {
      return Dims.tokens(schema.features(), schema.vocabulary());
    }
    return schema.shape().isEmpty() ? Dims.of(schema.features()) : new Dims(schema.shape());
  }

  /** The running module, after its trial. */
  private NativeScript network(Schema schema, Layout layout, int mostRows) {
    int outputs = outputs(schema);
    NativeScript script = new NativeScript(content(), layout, input(schema), outputs, mostRows);
    try {
      ScriptTrial.run(script, input(schema), outputs);
      return script;
    } catch (RuntimeException e) {
      script.close();
      throw e;
    }
  }

  /** What is frozen does not matter: the module is trained all the same. */
  @Override
  public int leastRows(Schema schema, Layout layout) {
    try (NativeScript script = network(schema, layout, Passes.MOST_ROWS)) {
      return script.leastRows();
    }
  }

  @Override
  public boolean draws(Schema schema) {
    try (NativeScript script = network(schema, layout(schema), Passes.MOST_ROWS)) {
      return script.draws();
    }
  }

  @Override
  public Replica open(Schema schema, Layout layout, Passes passes) {
    NativeModel.requireLibtorch();
    NativeScript script = network(schema, layout, passes.mostRows());
    return NetworkReplica.of(loss, outputs(schema), schema, passes, script);
  }
}
