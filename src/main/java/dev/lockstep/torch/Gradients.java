package dev.lockstep.torch;

import dev.lockstep.data.Layout.Slice;
import dev.lockstep.model.GradientSum;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.pytorch.Tensor;

/**
 * The gradients of tensors, where libtorch leaves them: each fresh from the first pass backward,
 * which saves a sweep that zeroes and a sweep that adds; later passes add to it. They are read from
 * there without an object for each, so that what a step leaves to the garbage collector does not
 * grow with the layers.
 */
final class Gradients {
  /**
   * A place of libtorch's for a gradient.
   *
   * @param offset where it goes in the flat vector
   */
  private record Watched(Tensor place, int offset, int size) {}

  private final List<Watched> all = new ArrayList<>();
  private final TensorValues values = new TensorValues();

  /**
   * Watches a tensor, unless it is watched already under another name.
   *
   * @param slice where its gradient goes; tied tensors share one
   * @return where libtorch puts the gradient; lives as long as the tensor
   */
  Tensor watch(Slice slice, Tensor tensor) {
    Tensor place = tensor.mutable_grad();
    if (all.stream().noneMatch(known -> known.place().address() == place.address())) {
      all.add(new Watched(place, slice.offset(), slice.size()));
    }
    return place;
  }

  /** Forgets all gradients. */
  void reset() {
    for (int t = 0; t < all.size(); t++) {
      all.get(t).place().reset();
    }
  }

  /**
   * Adds them, in the order of the tensors.
   *
   * @param into written
   * @param offset where the parameters of the network start
   */
  void addTo(GradientSum into, int offset) {
    for (int t = 0; t < all.size(); t++) {
      Watched each = all.get(t);
      if (!each.place().defined()) {
        continue;
      }
      if (values.find(each.place(), each.size())) {
        into.add(offset + each.offset(), each.size(), values);
      } else {
        addMoved(each, into, offset);
      }
    }
    values.forget();
  }

  /** Adds what is sparse or not on the host once that is changed, which makes objects. */
  private void addMoved(Watched each, GradientSum into, int offset) {
    Tensor place = each.place();
    try (Tensor whole = place.is_sparse() ? place.to_dense() : Place.atHost(place);
        FloatPointer first = whole.data_ptr_float()) {
      if (whole.numel() != each.size()) {
        throw new IllegalStateException(
            "a gradient of %d values for %d parameters".formatted(whole.numel(), each.size()));
      }
      values.take(first);
      into.add(offset + each.offset(), each.size(), values);
    }
  }
}
