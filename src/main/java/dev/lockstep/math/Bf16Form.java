package dev.lockstep.math;

/** The loops of {@link Bf16}, as SIMD and as its plain twin: both give the same bits. */
interface Bf16Form {
  /** The form that goes with the kernels. */
  static Bf16Form of(Kernels kernels) {
    return kernels.vectorized() ? VectorBf16.INSTANCE : ScalarBf16.INSTANCE;
  }

  /** {@link Bf16#round}. */
  void round(float[] values, int from, int to, RandomKey key, int coordinate);

  /** {@link Bf16#follow}. */
  void follow(float[] target, float[] held, int from, int to);

  /** {@link Bf16#changes}. */
  boolean changes(float[] before, float[] now, int from, int to, byte[] into, int at);

  /** {@link Bf16#change}. */
  void change(float[] before, byte[] changes, int at, float[] now, int from, int to);

  /** {@link Bf16#pack}. */
  boolean pack(float[] values, int from, int to, byte[] into, int at);

  /** {@link Bf16#unpack}. */
  void unpack(byte[] packed, int at, float[] values, int from, int to);
}
