package dev.lockstep.torch;

import dev.lockstep.data.DenseRows;
import dev.lockstep.math.RandomKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;

/**
 * Continues texts by a trained language model. Each token is drawn given as many before it as the
 * model's context holds. One thread at a time; the caller closes it.
 */
public final class Generator implements AutoCloseable {
  private final NativeNetwork network;
  private final int context;
  private final int vocabulary;

  /** A language model with its parameters, {@code [size]}, at a place. */
  Generator(Plan plan, float[] params, Place place) {
    this.context = plan.inputs().get(0).count();
    this.vocabulary = plan.output().last();
    this.network = new NativeNetwork(plan, 1, place, true);
    network.set(params, 0);
  }

  /**
   * Draws the tokens that follow.
   *
   * @param prompt ids of at least one token
   * @param count how many follow
   * @param first the least id that is drawn: those of padding and unknown tokens lie before it
   * @param key fixes all draws
   * @return the ids that follow the prompt
   */
  public List<Integer> follow(
      List<Integer> prompt, int count, int first, Sampling sampling, RandomKey key) {
    if (prompt.isEmpty()) {
      throw new IllegalArgumentException("nothing to follow");
    }
    List<Integer> text = new ArrayList<>(prompt);
    float[] scores = new float[context * vocabulary];
    for (int i = 0; i < count; i++) {
      int seen = Math.min(context, text.size());
      float[] ids = new float[context];
      for (int at = 0; at < seen; at++) {
        ids[at] = text.get(text.size() - seen + at);
      }
      try (PointerScope scope = new PointerScope();
          NoGradGuard guard = new NoGradGuard()) {
        DenseRows row = new DenseRows(ids, 1, context, context);
        network.read(network.forward(row, 0, 1, key, false), scores, 0);
      }
      int at = (seen - 1) * vocabulary;
      float[] next = Arrays.copyOfRange(scores, at, at + vocabulary);
      text.add(sampling.draw(next, first, key, i));
    }
    return List.copyOf(text.subList(prompt.size(), text.size()));
  }

  @Override
  public void close() {
    network.close();
  }
}
