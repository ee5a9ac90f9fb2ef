package dev.lockstep.math;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.random.RandomGenerator;

/** Prints the SHA-256 of what the kernels of this JVM compute from fixed numbers. */
final class KernelDigest {
  private static final int[] SIZES = {1, 2, 7, 8, 9, 15, 16, 17, 63, 64, 65};

  private static final int VECTORS = 6;
  private static final int FEW = 3;

  private KernelDigest() {}

  /** Prints one line. */
  public static void main(String[] args) {
    Kernels kernels = BestKernels.simd().orElseGet(Kernels::scalar);
    System.out.println(of(kernels) + " simd=" + kernels.vectorized());
  }

  static String of(Kernels kernels) {
    ByteBuffer bits = ByteBuffer.allocate(1 << 20);
    RandomKey key = RandomKey.of(17);
    for (int d : SIZES) {
      int stride = (d + Kernels.LANES - 1) / Kernels.LANES * Kernels.LANES;
      int n = 21;
      float[] x = floats(n * stride, key.child(d));
      float[] dots = new float[VECTORS * n];
      int[] at = {0, 2 * stride, stride, 0, 3 * stride, stride};
      kernels.rowDots(x, 0, stride, n, floats(4 * stride, key), at, 0, VECTORS, dots, n);
      put(bits, dots);
      PaddedWeights padded =
          PaddedWeights.of(floats(4 * stride, key), at, d, stride, x, PaddedWeights.NONE);
      int margin = PaddedWeights.MARGIN;
      kernels.rowDots(x, 0, stride, n, padded.values(), padded.starts(), margin, VECTORS, dots, n);
      put(bits, dots);
      float[] sums = floats(4 * stride, key.child("sums"));
      kernels.rowSums(x, 0, stride, n, d, dots, n, VECTORS, sums, at);
      kernels.rowSums(x, 0, stride, n, d, dots, n, FEW, sums, at);
      kernels.rowDots(x, 0, stride, n, floats(stride, key), at, 0, 1, dots, n);
      kernels.rowSums(x, 0, stride, n, d, dots, n, 1, sums, at);
      float[] z = floats(d, key);
      double[] exp = new double[d];
      float[] labels = new float[d];
      for (int i = 0; i < d; i++) {
        exp[i] = 9 * z[i];
        labels[i] = i % 3 == 0 ? 1 : 0;
      }
      double[] tanh = exp.clone();
      kernels.tanh(tanh, d);
      kernels.exp(exp, d);
      bits.putDouble(kernels.logLoss(z, 0, d, labels, 0, floats(d, key.child("weights"))));
      bits.putDouble(kernels.squaredLoss(z, 0, d, labels, 0, floats(d, key.child("weights"))));
      float[] means = new float[stride];
      kernels.means(sums, 0, stride, 7.1, means, 0);
      double[] lanes = new double[Kernels.DOUBLE_LANES];
      kernels.squares(means, 0, stride, lanes);
      put(bits, means);
      Bf16Form bf16 = Bf16Form.of(kernels);
      float[] held = floats(d, key.child("held"));
      float[] before = held.clone();
      byte[] changes = new byte[d * Short.BYTES];
      bf16.follow(floats(d, key.child("target")), held, 0, d);
      bf16.changes(before, held, 0, d, changes, 0);
      bf16.round(held, 0, d, key, d);
      put(bits, held);
      bits.put(changes);
      for (double lane : lanes) {
        bits.putDouble(lane);
      }
      put(bits, dots);
      put(bits, sums);
      put(bits, z);
      for (int i = 0; i < d; i++) {
        bits.putDouble(exp[i]).putDouble(tanh[i]);
      }
    }
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      sha.update(bits.flip());
      return HexFormat.of().formatHex(sha.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  static float[] floats(int count, RandomKey key) {
    RandomGenerator random = key.generator();
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private static void put(ByteBuffer bits, float[] values) {
    for (float value : values) {
      bits.putFloat(value);
    }
  }
}
