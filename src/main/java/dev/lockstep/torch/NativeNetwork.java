package dev.lockstep.torch;

import dev.lockstep.data.DenseRows;
import dev.lockstep.data.Features;
import dev.lockstep.data.Layout;
import dev.lockstep.data.Layout.Role;
import dev.lockstep.data.Layout.Slice;
import dev.lockstep.data.SparseRows;
import dev.lockstep.math.RandomKey;
import dev.lockstep.model.GradientSum;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorArrayRefOptional;

/**
 * A network in native memory. Its parameters are views of one flat tensor, so that they cross in
 * bulk; of an embedding's table only the {@link TableRows} that a batch needs are there, unless the
 * whole is asked for. One thread at a time; the caller closes it.
 */
final class NativeNetwork implements RunningNetwork {
  private final Plan plan;
  private final List<Operation> operations = new ArrayList<>();

  /** Of each layer. */
  private final List<Tensor[]> weights = new ArrayList<>();

  /** What is released in the end. */
  private final List<Pointer> kept = new ArrayList<>();

  /** Of each layer: whether its running statistics are frozen, so that it never trains. */
  private final List<Boolean> still = new ArrayList<>();

  /** Whether padding behind the longest row is left out. */
  private final boolean trims;

  private final Buffers buffers;
  private final Gradients gradients = new Gradients();
  private final Optional<TableRows> table;
  private final Staged params;

  /** {@code [mostRows, features]}. */
  private final Staged rows;

  /** {@code [mostRows, outputs]}. */
  private final Staged slopes;

  /** Rows without padding. */
  private float[] dense = {};

  /**
   * A network without parameters yet.
   *
   * @param mostRows rows of a pass at most
   * @param place where its tensors lie
   */
  NativeNetwork(Plan plan, int mostRows, Place place) {
    this(plan, mostRows, place, false);
  }

  /**
   * The same.
   *
   * @param wholeTable whether an embedding's table is there as a whole, for any row at any time:
   *     the plain form, with the same bits
   */
  NativeNetwork(Plan plan, int mostRows, Place place, boolean wholeTable) {
    Libtorch.onThisThread();
    place.prepare();
    this.plan = plan;
    this.trims = plan.takesAnySteps();
    this.table =
        !wholeTable && plan.layers().get(0) instanceof Embedding
            ? Optional.of(new TableRows(plan.slices(0).get(0), place))
            : Optional.empty();
    this.params = new Staged(place, plan.layout().size());
    this.rows = new Staged(place, mostRows, plan.inputs().get(0).count());
    this.slopes = new Staged(place, mostRows, plan.output().count());
    this.buffers = new Buffers(plan.layout(), params);
    try (PointerScope scope = new PointerScope()) {
      for (int i = 0; i < plan.layers().size(); i++) {
        Layer layer = plan.layers().get(i);
        Dims dims = plan.inputs().get(i);
        operations.add(layer.operation(dims));
        List<Slice> slices = plan.slices(i);
        Tensor[] own = new Tensor[slices.size()];
        for (int w = 0; w < own.length && !(i == 0 && table.isPresent()); w++) {
          own[w] = keep(leaf(slices.get(w)));
        }
        weights.add(own);
        still.add(plan.isStill(i));
      }
    }
  }

  private <P extends Pointer> P keep(P pointer) {
    kept.add(pointer);
    return pointer.retainReference();
  }

  /** A tensor of a slice, whose gradient is watched if it is trained. */
  private Tensor leaf(Slice slice) {
    long[] shape = slice.shape().stream().mapToLong(Integer::longValue).toArray();
    Tensor leaf = params.there().narrow(0, slice.offset(), slice.size()).view(shape).detach();
    if (slice.role() != Role.TRAINED) {
      return leaf;
    }
    leaf.requires_grad_(true);
    keep(gradients.watch(slice, leaf));
    return leaf;
  }

  @Override
  public Layout layout() {
    return plan.layout();
  }

  @Override
  public boolean couplesRows() {
    return !plan.layout().runs(Role.BUFFER).isEmpty();
  }

  @Override
  public int leastRows() {
    return plan.leastRows();
  }

  @Override
  public boolean trimsPadding() {
    return trims;
  }

  @Override
  public void set(float[] params, int offset) {
    if (table.isPresent()) {
      throw new IllegalStateException("the rows must be named whose parameters are to be there");
    }
    set(params, offset, 0);
  }

  @Override
  public void set(float[] params, int offset, Features features, int from, int to) {
    setTable(params, offset, features, from, to);
    set(params, offset, table.isPresent() ? plan.slices(0).get(0).end() : 0);
  }

  @Override
  public void setAgain(float[] params, int offset, Features features, int from, int to) {
    setTable(params, offset, features, from, to);
    begin(params, offset);
  }

  /** Takes the rows of a table that others need. */
  private void setTable(float[] params, int offset, Features features, int from, int to) {
    if (table.isPresent()) {
      int columns = features.columns();
      int length = Math.multiplyExact(to - from, columns);
      float[] ids = table.get().ids(length);
      copy(features, from, to - from, columns, ids);
      table.get().set(params, offset, ids, length);
      weights.get(0)[0] = table.get().rows();
    }
  }

  /** Takes the parameters from one on. */
  private void set(float[] values, int offset, int first) {
    params.put(first, values, offset + first, plan.layout().size() - first);
    begin(values, offset);
  }

  private void begin(float[] values, int offset) {
    Libtorch.onThisThread();
    gradients.reset();
    buffers.set(values, offset);
  }

  @Override
  public void weigh(double weight) {
    buffers.weigh(weight);
  }

  @Override
  public void addGradient(GradientSum into, int offset) {
    table.ifPresent(few -> few.addTo(into, offset));
    gradients.addTo(into, offset);
    buffers.addTo(into, offset);
  }

  /**
   * The same; each layer adds its number to the key. Where all layers take any number of steps,
   * padding behind the longest row is left out, up to a multiple of 16 steps.
   */
  @Override
  public Tensor forward(Features features, int from, int n, RandomKey key, boolean training) {
    Lengths lengths = load(features, from, n);
    Tensor x = rows.there().narrow(0, 0, n).view(plan.inputs().get(0).withRows(n));
    if (trims) {
      lengths = lengths.trimmed();
      x = x.narrow(1, 0, lengths.steps());
    }
    for (int i = 0; i < operations.size(); i++) {
      Pass pass = new Pass(training && !still.get(i), key.child(i), lengths);
      x = operations.get(i).forward(x, weights.get(i), pass);
    }
    return x;
  }

  /** Brings rows into native memory; how long they are. */
  private Lengths load(Features features, int from, int n) {
    int columns = plan.inputs().get(0).count();
    boolean tokens = plan.inputs().get(0).areTokens();
    if (!tokens && features instanceof DenseRows all && all.stride() == columns) {
      rows.put(0, all.values(), from * columns, n * columns);
      return Lengths.WHOLE;
    }
    if (dense.length < n * columns) {
      dense = new float[n * columns];
    }
    copy(features, from, n, columns, dense);
    Lengths lengths = tokens ? Lengths.align(dense, n, columns) : Lengths.WHOLE;
    table.ifPresent(few -> few.place(dense, n * columns));
    rows.put(0, dense, 0, n * columns);
    return lengths;
  }

  /**
   * Writes rows behind each other, without padding.
   *
   * @param dense {@code [n, columns]} at least; written
   */
  static void copy(Features features, int from, int n, int columns, float[] dense) {
    if (features instanceof DenseRows all) {
      for (int i = 0; i < n; i++) {
        System.arraycopy(all.values(), (from + i) * all.stride(), dense, i * columns, columns);
      }
    } else if (features instanceof SparseRows all) {
      Arrays.fill(dense, 0, n * columns, 0f);
      for (int i = 0; i < n; i++) {
        for (int e = all.starts()[from + i]; e < all.starts()[from + i + 1]; e++) {
          dense[i * columns + all.indices()[e]] = all.values()[e];
        }
      }
    }
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
  public void close() {
    table.ifPresent(TableRows::close);
    kept.forEach(Pointer::releaseReference);
    kept.clear();
    List.of(params, rows, slopes).forEach(Staged::close);
  }
}
