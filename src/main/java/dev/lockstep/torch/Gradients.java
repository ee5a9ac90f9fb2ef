package dev.lockstep.torch;

import dev.lockstep.data.Layout.Slice;
import dev.lockstep.model.GradientSum;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.pytorch.Tensor;

/**
 * The gradients of tensors, where libtorch leaves them: each fresh from the first pass backward,
 * which saves a sweep that zeroes and a sweep that adds; later passes add to it.
 */
final class Gradients {
  private final List<Slice> slices = new ArrayList<>();
  private final List<Tensor> places = new ArrayList<>();

  /**
   * Watches a tensor, unless it is watched already under another name.
   *
   * @param slice where its gradient goes; tied tensors share one
   * @return where libtorch puts the gradient; lives as long as the tensor
   */
  Tensor watch(Slice slice, Tensor tensor) {
    Tensor place = tensor.mutable_grad();
    if (places.stream().noneMatch(known -> known.address() == place.address())) {
      slices.add(slice);
      places.add(place);
    }
    return place;
  }

  /** Forgets all gradients. */
  void reset() {
    places.forEach(Tensor::reset);
  }

  /**
   * Adds them, in the order of the tensors.
   *
   * @param into written
   * @param offset where the parameters of the network start
   */
  void addTo(GradientSum into, int offset) {
    for (int t = 0; t < places.size(); t++) {
      if (places.get(t).defined()) {
        Tensor place = places.get(t);
        try (Tensor whole = place.is_sparse() ? place.to_dense() : Place.atHost(place);
            FloatPointer values = whole.data_ptr_float()) {
          FloatBuffer buffer = values.capacity(slices.get(t).size()).asBuffer();
          into.add(offset + slices.get(t).offset(), buffer);
        }
      }
    }
  }
}
