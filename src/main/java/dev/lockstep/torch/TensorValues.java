package dev.lockstep.torch;

import dev.lockstep.model.GradientSum;
import java.util.Objects;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.StorageImpl;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.slf4j.LoggerFactory;

/**
 * The values of one float32 tensor after another, read where they lie. The binding tells the
 * address of values in a new object each time, which costs more than a small tensor takes to copy;
 * here nothing is made for a tensor: a handle leads to its tensor, that to its storage and that to
 * the values, each by a pointer at a fixed distance from the start of the one before, as the
 * binding's references into both show. One thread at a time.
 */
final class TensorValues implements GradientSum.Source {
  /**
   * Where pointers are in libtorch's objects, in bytes, the same for all tensors of the process.
   */
  private static final class Distances {
    /** No member of theirs lies further inside. */
    private static final int LARGEST = 64;

    /** Of the pointer to the storage within a tensor. */
    static final long STORAGE;

    /** Of the pointer to the values within a storage. */
    static final long VALUES;

    /** Whether the way by them ends where libtorch says the values are. */
    static final boolean HOLD;

    static {
      long storage = 0;
      long values = 0;
      boolean hold = false;
      try (PointerScope scope = new PointerScope()) {
        Tensor tensor = torch.zeros(2, 3);
        StorageImpl stored = tensor.storage().unsafeGetStorageImpl();
        storage = tensor.storage().address() - tensor.unsafeGetTensorImpl().address();
        values = stored._mutable_data_ptr_no_checks().address() - stored.address();
        hold = inside(storage) && inside(values) && leadTo(torch.zeros(5), storage, values);
      } catch (RuntimeException | LinkageError e) {
        LoggerFactory.getLogger(TensorValues.class)
            .warn("gradients are read by an object for each tensor, which is slower", e);
      }
      STORAGE = storage;
      VALUES = values;
      HOLD = hold;
    }

    private static boolean inside(long distance) {
      return distance > 0 && distance < LARGEST && distance % Long.BYTES == 0;
    }

    /** Whether the way to the values of another tensor is where each of its parts says it is. */
    private static boolean leadTo(Tensor other, long storage, long values) {
      Word word = new Word();
      long impl = other.unsafeGetTensorImpl().address();
      long stored = other.storage().unsafeGetStorageImpl().address();
      return word.at(other.address()) == impl
          && word.at(impl + storage) == stored
          && word.at(stored + values) == other.data_ptr_float().address();
    }
  }

  /** A pointer anywhere in memory. */
  private static final class Word extends LongPointer {
    Word() {
      super((Pointer) null);
    }

    long at(long place) {
      address = place;
      return get();
    }
  }

  /** Numbers anywhere in memory. */
  private static final class Numbers extends FloatPointer {
    Numbers() {
      super((Pointer) null);
    }

    void at(long place, float[] into, int at, int count) {
      address = place;
      get(into, at, count);
    }
  }

  private final Word word;
  private final Numbers numbers;
  private long start;

  /** Of no tensor yet. */
  TensorValues() {
    Libtorch.onThisThread(); // before the first pointer
    word = new Word();
    numbers = new Numbers();
  }

  /** Whether values are found without an object for each tensor. */
  static boolean findsAll() {
    return Distances.HOLD;
  }

  /**
   * Goes on with the values of a tensor, for as long as it lives and is not changed for another.
   *
   * @param size how many it should have
   * @return false if they are not that many float32 in the memory of the host, one behind the other
   */
  boolean find(Tensor tensor, int size) {
    boolean here =
        Distances.HOLD
            && tensor.is_cpu()
            && tensor.has_storage()
            && tensor.is_contiguous()
            && tensor.is_floating_point()
            && tensor.itemsize() == Float.BYTES
            && tensor.numel() == size;
    if (!here) {
      return false;
    }
    long stored = word.at(word.at(tensor.address()) + Distances.STORAGE);
    long values = word.at(stored + Distances.VALUES);
    start = values == 0 ? 0 : values + tensor.storage_offset() * Float.BYTES;
    return start != 0;
  }

  /** Goes on with values that begin there. */
  void take(FloatPointer first) {
    start = first.address();
  }

  /** Of no tensor any more: to be called before one that was found ends. */
  void forget() {
    start = 0;
  }

  @Override
  public void read(int from, float[] into, int at, int count) {
    if (start == 0) {
      throw new IllegalStateException("no tensor was found");
    }
    Objects.checkFromIndexSize(at, count, into.length); // native code would write anywhere
    numbers.at(start + (long) from * Float.BYTES, into, at, count);
  }
}
