package dev.lockstep.torch;

import dev.lockstep.data.Features;
import dev.lockstep.data.Layout;
import dev.lockstep.data.Layout.Role;
import dev.lockstep.data.Layout.Slice;
import dev.lockstep.math.RandomKey;
import dev.lockstep.model.GradientSum;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.JitModule;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorArrayRefOptional;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;

/**
 * A module of TorchScript whose parameters are views of one flat tensor, on the CPU: tensors that a
 * module makes itself are where its author put them.
 *
 * <p>libtorch has one generator of random numbers for all threads. A module that draws (dropout)
 * passes forward under a lock of the process, the generator seeded by the key of its rows: so it
 * draws the same beside any other tasks. A module that does not draw needs no lock.
 */
final class NativeScript implements RunningNetwork {
  /** Held while the generator's numbers matter. */
  static final Object GENERATOR = new Object();

  private final Layout layout;
  private final boolean coupled;
  private final Dims input;
  private final LoadedScript script;

  /** Copies of what a pass may count in whole numbers. */
  private final List<Tensor> constants = new ArrayList<>();

  /** Submodules that never train, as their running statistics are frozen. */
  private final List<JitModule> still = new ArrayList<>();

  /** What is released in the end. */
  private final List<Pointer> kept = new ArrayList<>();

  /** {@code [size]}: the values of the file, until the trial is over. */
  private float[] start;

  private final Gradients gradients = new Gradients();
  private final Staged params;

  /** {@code [mostRows, ..]}: float32, or int64 for tokens. */
  private final Tensor rows;

  private final Pointer rowValues;

  /** {@code [mostRows, outputs]}. */
  private final Staged slopes;

  private final Buffers buffers;
  private float[] dense = {};
  private long[] ids = {};
  private boolean draws = true;
  private boolean trainsOnOneRow = true;
  private boolean countsOn;

  /**
   * A module whose parameters are zero, which is taken to draw random numbers.
   *
   * @param layout that of the module, perhaps with more of it frozen
   * @param input what goes in, without rows
   * @param mostRows rows of a pass at most
   */
  NativeScript(ScriptFile.Content content, Layout layout, Dims input, int outputs, int mostRows) {
    onThisThread();
    this.layout = layout;
    // Frozen or not: a module normalizes training rows by each other.
    this.coupled = !content.layout().runs(Role.BUFFER).isEmpty();
    this.input = input;
    this.script = LoadedScript.of(content.bytes());
    this.start = new float[layout.size()];
    this.params = new Staged(Place.CPU, layout.size());
    params.put(0, start, 0, layout.size());
    this.slopes = new Staged(Place.CPU, mostRows, outputs);
    this.buffers = new Buffers(content.layout(), params);
    try (PointerScope scope = new PointerScope()) {
      torch.ScalarType type = input.areTokens() ? torch.ScalarType.Long : torch.ScalarType.Float;
      TensorOptions options = new TensorOptions().dtype(new ScalarTypeOptional(type));
      rows = keep(torch.zeros(input.withRows(mostRows), options));
      rowValues = keep(input.areTokens() ? rows.data_ptr_long() : rows.data_ptr_float());
      script.values(layout, start);
      for (int i = 0; i < script.parts().size(); i++) {
        Slice slice = layout.slices().get(i);
        for (Tensor tensor : script.parts().get(i).tensors()) {
          tensor.set_data(view(params.there(), slice));
          if (slice.role() == Role.TRAINED) {
            keep(gradients.watch(slice, tensor));
          } else {
            tensor.requires_grad_(false);
          }
        }
      }
      frozenHolders(content.layout()).forEach(name -> still.add(script.submodule(name)));
      script.constants().forEach(constant -> constants.add(keep(constant.clone())));
    }
  }

  /** The names of the submodules whose own running statistics are all frozen by the run. */
  private Set<String> frozenHolders(Layout ofModule) {
    Set<String> frozen = new HashSet<>();
    Set<String> moving = new HashSet<>();
    for (int i = 0; i < layout.slices().size(); i++) {
      Slice slice = layout.slices().get(i);
      if (ofModule.slices().get(i).role() == Role.BUFFER) {
        slice.holder().ifPresent((slice.role() == Role.FROZEN ? frozen : moving)::add);
      }
    }
    frozen.removeAll(moving);
    return frozen;
  }

  private static Tensor view(Tensor flat, Slice slice) {
    long[] shape = slice.shape().stream().mapToLong(Integer::longValue).toArray();
    return flat.narrow(0, slice.offset(), slice.size()).view(shape);
  }

  private <P extends Pointer> P keep(P pointer) {
    kept.add(pointer);
    return pointer.retainReference();
  }

  /**
   * Makes the calling thread run modules as they are written. The executor that profiles them
   * computes the first gradients in another way than later ones, so that a resumed run would end
   * with other bits; the setting is kept by thread.
   */
  private static void onThisThread() {
    Libtorch.onThisThread();
    torch.setGraphExecutorOptimize(false);
  }

  /** {@code [size]}: the values of the file; once, for the trial. */
  float[] takeStart() {
    float[] values = start;
    start = new float[0];
    return values;
  }

  /** Says whether a training pass draws random numbers. */
  void draws(boolean itDoes) {
    draws = itDoes;
  }

  /** Whether a training pass draws random numbers. */
  boolean draws() {
    return draws;
  }

  /** Says whether a training pass takes one row: a batch norm of one number a channel does not. */
  void trainsOnOneRow(boolean itDoes) {
    trainsOnOneRow = itDoes;
  }

  @Override
  public int leastRows() {
    return trainsOnOneRow ? 1 : 2;
  }

  @Override
  public Layout layout() {
    return layout;
  }

  @Override
  public boolean couplesRows() {
    return coupled;
  }

  @Override
  public void set(float[] values, int offset) {
    onThisThread();
    params.put(0, values, offset, layout.size());
    gradients.reset();
    buffers.set(values, offset);
    resetConstants();
  }

  /** Says whether passes go on with the whole numbers that earlier ones counted. */
  void countsOn(boolean itDoes) {
    countsOn = itDoes;
    resetConstants();
  }

  private void resetConstants() {
    for (int i = 0; i < constants.size() && !countsOn; i++) {
      script.constants().get(i).copy_(constants.get(i));
    }
  }

  /** Whether a pass has changed buffers of whole numbers since {@link #set}. */
  boolean hasCounted() {
    boolean same = true;
    for (int i = 0; same && i < constants.size(); i++) {
      same = script.constants().get(i).equal(constants.get(i));
    }
    return !same;
  }

  @Override
  public void addGradient(GradientSum into, int offset) {
    gradients.addTo(into, offset);
    buffers.addTo(into, offset);
  }

  @Override
  public Tensor forward(Features features, int from, int n, RandomKey key, boolean training) {
    int columns = input.count();
    if (dense.length < n * columns) {
      dense = new float[n * columns];
      ids = new long[input.areTokens() ? n * columns : 0];
    }
    NativeNetwork.copy(features, from, n, columns, dense);
    fill(n * columns);
    if (training && n < leastRows()) {
      throw new IllegalArgumentException(
          "a training pass of %d rows through a module that needs %d".formatted(n, leastRows()));
    }
    script.module().train(training);
    still.forEach(submodule -> submodule.train(false));
    IValueVector arguments = new IValueVector(new IValue(rows.narrow(0, 0, n)));
    if (!training || !draws) {
      return scores(script.module().forward(arguments));
    }
    synchronized (GENERATOR) {
      torch.getDefaultCPUGenerator().set_current_seed(key.bits(0));
      return scores(script.module().forward(arguments));
    }
  }

  private void fill(int length) {
    if (rowValues instanceof LongPointer tokens) {
      for (int i = 0; i < length; i++) {
        ids[i] = (long) dense[i];
      }
      tokens.put(ids, 0, length);
    } else if (rowValues instanceof FloatPointer numbers) {
      numbers.put(dense, 0, length);
    }
  }

  private static Tensor scores(IValue value) {
    if (!value.isTensor()) {
      throw new IllegalArgumentException(
          "gives a value of type %s, must give one tensor of scores"
              .formatted(value.tagKind().getString()));
    }
    return value.toTensor();
  }

  @Override
  public void backward(Tensor scores, float[] of) {
    int n = Math.toIntExact(scores.size(0));
    slopes.put(0, of, 0, Math.toIntExact(scores.numel()));
    scores.backward(
        slopes.there().narrow(0, 0, n),
        new BoolOptional(false),
        false,
        new TensorArrayRefOptional());
  }

  @Override
  public void weigh(double weight) {
    buffers.weigh(weight);
    resetConstants();
  }

  @Override
  public void close() {
    script.close();
    kept.forEach(Pointer::releaseReference);
    kept.clear();
    params.close();
    slopes.close();
  }
}
