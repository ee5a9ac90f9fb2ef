package dev.lockstep.torch;

import dev.lockstep.data.Layout.Role;
import dev.lockstep.data.Layout.Slice;
import dev.lockstep.model.GradientSum;
import java.nio.FloatBuffer;
import java.util.Arrays;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * The rows of an embedding's table that a batch needs, in place of the table: in native memory,
 * under numbers of their own in the order of their first token. So what a step costs follows the
 * batch and not the vocabulary. Every sum has the bits that the whole table gives, since libtorch
 * adds the gradients of a row in the order of its tokens. One thread at a time.
 */
final class TableRows implements AutoCloseable {
  private static final int FIRST_ROOM = 64;

  private final Slice table;
  private final int dim;
  private final Place place;

  /** {@code [vocabulary]}: the place of each token among the rows, 0 of those that have none. */
  private final int[] places;

  /** {@code [count]}: the token of each row; the first is padding. */
  private int[] tokens = new int[FIRST_ROOM];

  private int count = 1;
  private float[] ids = {};
  private float[] scratch = {};

  /** {@code [room, dim]} of the host, and its first rows as the network sees them. */
  private Tensor room;

  private Tensor rows;

  /**
   * No rows but that of padding.
   *
   * @param place where the network reads them
   */
  TableRows(Slice table, Place place) {
    this.table = table;
    this.place = place;
    this.dim = table.shape().get(1);
    this.places = new int[table.shape().get(0)];
    this.room = kept(() -> torch.zeros(FIRST_ROOM, dim));
    this.rows = first();
  }

  private interface Making {
    Tensor make();
  }

  /** A tensor that outlives the scope in which it is made, and nothing else of it. */
  private static Tensor kept(Making making) {
    try (PointerScope scope = new PointerScope()) {
      return making.make().retainReference();
    }
  }

  private Tensor first() {
    boolean trained = table.role() == Role.TRAINED;
    return kept(() -> place.of(room.narrow(0, 0, count).detach()).requires_grad_(trained));
  }

  /**
   * Takes the rows of tokens, and forgets their gradient.
   *
   * @param params holds the whole table
   * @param offset where the parameters of the network start
   * @param seen ids of tokens, the first {@code length} of them
   */
  void set(float[] params, int offset, float[] seen, int length) {
    number(seen, length);
    rows.releaseReference();
    if (count > room.size(0)) {
      room.releaseReference();
      int wanted = Math.min(places.length, count + count / 2);
      room = kept(() -> torch.zeros(wanted, dim));
    }
    if (scratch.length < count * dim) {
      scratch = new float[Math.toIntExact(room.size(0)) * dim];
    }
    for (int row = 0; row < count; row++) {
      int at = offset + table.offset() + tokens[row] * dim;
      System.arraycopy(params, at, scratch, row * dim, dim);
    }
    try (FloatPointer values = room.data_ptr_float()) {
      values.put(scratch, 0, count * dim);
    }
    rows = first();
  }

  private void number(float[] seen, int length) {
    for (int row = 1; row < count; row++) {
      places[tokens[row]] = 0;
    }
    count = 1;
    for (int i = 0; i < length; i++) {
      int token = (int) seen[i];
      if (token != 0 && places[token] == 0) {
        if (count == tokens.length) {
          tokens = Arrays.copyOf(tokens, 2 * count);
        }
        tokens[count] = token;
        places[token] = count++;
      }
    }
  }

  /**
   * Puts the place of each token among the rows in place of it.
   *
   * @param seen ids of tokens; the first {@code length} of them are written
   */
  void place(float[] seen, int length) {
    for (int i = 0; i < length; i++) {
      int place = places[(int) seen[i]];
      if (place == 0 && seen[i] != 0) {
        throw new IllegalStateException("token %d was not announced".formatted((int) seen[i]));
      }
      seen[i] = place;
    }
  }

  /** {@code [count, dim]}, as the embedding needs it; valid until rows are set again. */
  Tensor rows() {
    return rows;
  }

  /** A place for so many ids, for the caller. */
  float[] ids(int length) {
    if (ids.length < length) {
      ids = new float[length];
    }
    return ids;
  }

  /**
   * Adds the gradient of the rows where their tokens are in the table; that of padding is 0.
   *
   * @param into written
   * @param offset where the parameters of the network start
   */
  void addTo(GradientSum into, int offset) {
    try (Tensor gradient = rows.grad()) {
      if (!gradient.defined()) {
        return;
      }
      try (Tensor whole = Place.atHost(gradient);
          FloatPointer pointer = whole.data_ptr_float()) {
        FloatBuffer values = pointer.capacity((long) count * dim).asBuffer();
        values.get(scratch, 0, count * dim);
      }
    }
    for (int row = 1; row < count; row++) {
      int at = offset + table.offset() + tokens[row] * dim;
      float[] sums = into.gradients(at, at + dim);
      for (int i = 0; i < dim; i++) {
        sums[at + i] += scratch[row * dim + i];
      }
    }
  }

  @Override
  public void close() {
    rows.releaseReference();
    room.releaseReference();
  }
}
