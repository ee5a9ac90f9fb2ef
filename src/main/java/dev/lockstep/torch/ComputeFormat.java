package dev.lockstep.torch;

/**
 * What matrices are multiplied in while training: {@code compute} of a network. Parameters, sums of
 * products, losses and the optimizer are float32 in either, and so are rows that are only scored.
 */
public enum ComputeFormat {
  /** As they are. */
  FLOAT32,
  /**
   * Rounded to 16 bits just before, their products summed in float32, where the processor has
   * instructions for it (AMX, AVX-512 BF16); as PyTorch's {@code set_float32_matmul_precision} of
   * medium, in convolutions too. Several times as fast in large layers; another format, other bits.
   * On a GPU it is TF32, as there, which rounds to 19 bits.
   */
  BF16
}
