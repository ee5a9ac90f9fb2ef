package dev.lockstep.torch;

import org.bytedeco.pytorch.Tensor;

/** The running form of a layer. */
@FunctionalInterface
public interface Operation {
  /**
   * What comes out for rows of a batch.
   *
   * @param input {@code [rows, ..]}
   * @param weights of the layer, in the order of {@link Layer#weights}
   * @param pass which pass it is
   * @return {@code [rows, ..]}; it and all between belong to the scope of the caller
   */
  Tensor forward(Tensor input, Tensor[] weights, Pass pass);
}
