package dev.lockstep.train;

import dev.lockstep.train.store.IntegrityException;
import dev.lockstep.train.store.Tensor;
import java.util.Map;

/** Reads the tensors of a saved state, or says which one does not fit. */
public final class SavedState {
  private SavedState() {}

  /**
   * The tensor of a name.
   *
   * @throws IntegrityException if there is none
   */
  public static Tensor find(Map<String, Tensor> saved, String name) {
    Tensor tensor = saved.get(name);
    if (tensor == null) {
      throw new IntegrityException("the checkpoint lacks the tensor " + name);
    }
    return tensor;
  }

  /** Copies the floats of a name into an array of their length. */
  static void copy(Map<String, Tensor> saved, String name, float[] into) {
    float[] values = find(saved, name).floats();
    checkLength(name, values.length, into.length);
    System.arraycopy(values, 0, into, 0, into.length);
  }

  /** The longs of a name. */
  static long[] longs(Map<String, Tensor> saved, String name, int length) {
    long[] values = find(saved, name).longs();
    checkLength(name, values.length, length);
    return values;
  }

  /** The doubles of a name. */
  static double[] doubles(Map<String, Tensor> saved, String name, int length) {
    double[] values = find(saved, name).doubles();
    checkLength(name, values.length, length);
    return values;
  }

  private static void checkLength(String name, int length, int expected) {
    if (length != expected) {
      throw new IntegrityException(
          "tensor %s of the checkpoint has %d values, must have %d"
              .formatted(name, length, expected));
    }
  }
}
