package dev.lockstep.torch;

import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * A tensor whose values cross in bulk between Java and the place where a network reads it, through
 * a twin in the memory of the host; on the CPU the two are one. What is never written takes no
 * memory of the host. One thread at a time; the caller closes it.
 */
final class Staged implements AutoCloseable {
  private final Tensor there;
  private final Tensor host;
  private final FloatPointer values;

  /** A tensor of any values. */
  Staged(Place place, long... shape) {
    try (PointerScope scope = new PointerScope()) {
      host = torch.empty(shape);
      there = place.of(host);
      values = host.data_ptr_float();
      host.retainReference();
      values.retainReference();
      if (there != host) {
        there.retainReference();
      }
    }
  }

  /** The tensor at its place. */
  Tensor there() {
    return there;
  }

  /**
   * Writes a part, value behind value.
   *
   * @param at where it starts
   */
  void put(int at, float[] from, int offset, int length) {
    values.position(at).put(from, offset, length);
    values.position(0);
    if (there != host) {
      try (PointerScope scope = new PointerScope()) {
        part(there, at, length).copy_(part(host, at, length));
      }
    }
  }

  /**
   * Reads a part, value behind value.
   *
   * @param at where it starts
   * @param into written from {@code offset} on
   */
  void get(int at, float[] into, int offset, int length) {
    if (there != host) {
      try (PointerScope scope = new PointerScope()) {
        part(host, at, length).copy_(part(there, at, length));
      }
    }
    values.position(at).get(into, offset, length);
    values.position(0);
  }

  private static Tensor part(Tensor whole, int at, int length) {
    return whole.view(-1).narrow(0, at, length);
  }

  @Override
  public void close() {
    values.releaseReference();
    if (there != host) {
      there.releaseReference();
    }
    host.releaseReference();
  }
}
