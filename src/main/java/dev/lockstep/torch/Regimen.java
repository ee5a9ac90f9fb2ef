package dev.lockstep.torch;

import dev.lockstep.config.Ranges;
import dev.lockstep.data.Layout;
import dev.lockstep.data.Layout.Role;
import dev.lockstep.data.NamePatterns;
import dev.lockstep.data.Schema;
import dev.lockstep.loss.Loss;
import dev.lockstep.model.Model;
import dev.lockstep.model.Replica;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.random.RandomGenerator;

/**
 * A network and the settings that networks of every kind share, in its section of the run file:
 * which of its parameters stay as they are, and how rows pass through it.
 *
 * @param network any kind
 * @param freeze patterns of names such as {@code 0.*}, in which a star stands for any letters:
 *     tensors that keep their bits, from {@code init} or the start. Batch normalization whose
 *     running statistics are frozen uses them while training too
 * @param microBatch rows of a pass at most, so that what lies between the layers fits into memory.
 *     Another number gives other bits
 * @param compute what matrices are multiplied in while training
 * @param device on what it runs. Another one gives other bits
 */
public record Regimen(
    NativeModel network, List<String> freeze, int microBatch, ComputeFormat compute, Device device)
    implements NativeModel {
  /** Nothing frozen, passes of 256, float32. */
  public static final Regimen DEFAULTS =
      new Regimen(Mlp.DEFAULTS, List.of(), Passes.MOST_ROWS, ComputeFormat.FLOAT32, Device.AUTO);

  private static final int LEAST_OF_COUPLED_PASSES = 3;

  /** Checks the settings. */
  public Regimen {
    freeze = List.copyOf(freeze);
    if (freeze.stream().anyMatch(String::isBlank)) {
      throw new IllegalArgumentException("freeze must name parameters, is " + freeze);
    }
    Ranges.atLeastOne("micro_batch", microBatch);
    Objects.requireNonNull(compute);
    Objects.requireNonNull(device);
  }

  /** On the GPU that a task was given, if it was. */
  public Regimen(NativeModel network, List<String> freeze, int microBatch, ComputeFormat compute) {
    this(network, freeze, microBatch, compute, Device.AUTO);
  }

  @Override
  public Layout layout(Schema schema) {
    return network.layout(schema).freeze(new NamePatterns(freeze)::match);
  }

  @Override
  public List<String> problems(Schema schema) {
    List<String> problems = new ArrayList<>(network.problems(schema));
    if (!problems.isEmpty()) {
      return problems;
    }
    problems.addAll(new NamePatterns(freeze).problems("model.freeze", network.layout(schema)));
    if (layout(schema).runs(Role.TRAINED).isEmpty()) {
      problems.add("model.freeze is %s, which leaves nothing to train".formatted(freeze));
    }
    if (leastRows(schema) > 1 && microBatch < LEAST_OF_COUPLED_PASSES) {
      problems.add(
          "model.micro_batch must be at least %d with batch normalization, is %d"
              .formatted(LEAST_OF_COUPLED_PASSES, microBatch));
    }
    if (device == Device.CUDA && !runsOnGpu()) {
      problems.add("model.device is cuda, but a script runs on the CPU: use cpu or auto");
    }
    return problems;
  }

  @Override
  public boolean runsOnGpu() {
    return network.runsOnGpu();
  }

  /** What had to be trained on a GPU is scored on any: another device gives it other bits. */
  @Override
  public Model trained() {
    return device == Device.CUDA
        ? new Regimen(network, freeze, microBatch, compute, Device.AUTO)
        : this;
  }

  @Override
  public Passes passes() {
    return new Passes(microBatch, compute);
  }

  @Override
  public Replica open(Schema schema, Layout layout, Passes passes) {
    return network.open(schema, layout, passes);
  }

  /** None where some are frozen: frozen weights cannot follow a change of the features' scale. */
  @Override
  public List<InputUnit> inputUnits(Schema schema) {
    return layout(schema).runs(Role.FROZEN).isEmpty() ? network.inputUnits(schema) : List.of();
  }

  @Override
  public int leastRows(Schema schema, Layout layout) {
    return network.leastRows(schema, layout);
  }

  @Override
  public boolean draws(Schema schema) {
    return network.draws(schema);
  }

  @Override
  public Optional<String> file() {
    return network.file();
  }

  @Override
  public Model of(byte[] bytes) {
    return around(network.of(bytes));
  }

  @Override
  public Optional<TrainedFile> export(float[] params) {
    return network.export(params).map(file -> new TrainedFile(around(file.model()), file.bytes()));
  }

  private Regimen around(Model other) {
    return new Regimen((NativeModel) other, freeze, microBatch, compute, device);
  }

  @Override
  public Loss loss() {
    return network.loss();
  }

  @Override
  public Generator generator(Schema schema, float[] params, OptionalInt gpu) {
    return network.generator(schema, params, device == Device.CPU ? OptionalInt.empty() : gpu);
  }

  @Override
  public int outputs(Schema schema) {
    return network.outputs(schema);
  }

  @Override
  public void initialize(float[] params, Schema schema, RandomGenerator random) {
    network.initialize(params, schema, random);
  }

  @Override
  public void settle(float[] params, Schema schema, boolean penalized) {
    network.settle(params, schema, penalized);
  }

  @Override
  public boolean wantsRowsShuffled() {
    return network.wantsRowsShuffled();
  }

  @Override
  public Optional<String> missing() {
    return network.missing();
  }
}
