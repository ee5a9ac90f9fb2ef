package dev.lockstep.math;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.ByteBuffer;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class Bf16Test {
  private static final float LARGEST = Float.intBitsToFloat(0x7F7F0000);
  private static final float SMALLEST = Float.intBitsToFloat(0x00010000); // denormal
  private static final RandomKey KEY = RandomKey.of(3);

  /** Zeros, denormals, ones, halves, the largest ones and what is not finite. */
  private static final float[] EXACT = {
    0f,
    -0f,
    SMALLEST,
    -SMALLEST,
    0x1p-126f,
    1f,
    -1f,
    1.5f,
    0x1.fep0f,
    0x1p60f,
    LARGEST,
    -LARGEST,
    Float.POSITIVE_INFINITY,
    Float.NEGATIVE_INFINITY
  };

  private static int bits(float value) {
    return Float.floatToRawIntBits(value);
  }

  private static float rounded(float value, RandomKey key) {
    float[] values = {value};
    Bf16.round(values, 0, 1, key, 7);
    return values[0];
  }

  @Test
  void whatIsSuchANumberStaysAsItIs() {
    for (float value : EXACT) {
      assertThat(Bf16.holds(value)).isTrue();
      assertThat(bits(Bf16.nearest(value))).isEqualTo(bits(value));
      for (int k = 0; k < 1000; k++) {
        assertThat(bits(rounded(value, RandomKey.of(k)))).as("%s", value).isEqualTo(bits(value));
      }
    }
  }

  @Test
  void whatIsNoNumberStaysNone() {
    for (int payload : new int[] {0x7FC00000, 0x7F800001, 0xFF80FFFF, 0x7FFFFFFF, 0xFFFFFFFF}) {
      float nan = Float.intBitsToFloat(payload);
      assertThat(Bf16.nearest(nan)).isNaN();
      for (int k = 0; k < 1000; k++) {
        assertThat(rounded(nan, RandomKey.of(k))).isNaN();
        assertThat(Bf16.holds(rounded(nan, RandomKey.of(k)))).isTrue();
      }
    }
  }

  @Test
  void finiteNumbersStayFinite() {
    for (float value : new float[] {Float.MAX_VALUE, -Float.MAX_VALUE}) {
      assertThat(Bf16.nearest(value)).isEqualTo(Math.copySign(LARGEST, value));
      for (int k = 0; k < 1000; k++) {
        assertThat(rounded(value, RandomKey.of(k))).isEqualTo(Math.copySign(LARGEST, value));
      }
    }
  }

  @Test
  void nearestAgreesWithTheDistancesInDouble() {
    RandomGenerator random = KEY.generator();
    for (int i = 0; i < 1_000_000; i++) {
      float value = Float.intBitsToFloat(random.nextInt());
      if (!Float.isFinite(value) || Math.abs(value) > LARGEST) {
        continue;
      }
      float found = Bf16.nearest(value);
      float below = Float.intBitsToFloat(bits(value) & 0xFFFF0000);
      float above = Float.intBitsToFloat((bits(value) & 0xFFFF0000) + 0x10000);
      double down = Math.abs((double) value - below);
      double up = Math.abs((double) above - value);
      boolean tie = down == up;
      float wanted =
          tie ? (bits(below) >>> 16 & 1) == 0 ? below : above : down < up ? below : above;
      assertThat(bits(found)).as("%s", value).isEqualTo(bits(wanted));
    }
  }

  /** The mean over n keys deviates by less than 6 sigma, of at most half a step / sqrt(n). */
  @Test
  void theMeanOfStochasticRoundingIsTheNumberItself() {
    int n = 40_000;
    float[] values = {
      1.001f, -1.001f, 3.14159f, -2e-3f, 0x1.00fffep5f, 1.7e38f, 1e-38f, 3e-40f, -5e-41f
    };
    for (float value : values) {
      float below = Float.intBitsToFloat(bits(value) & 0xFFFF0000);
      float above = Float.intBitsToFloat((bits(value) & 0xFFFF0000) + 0x10000);
      double sum = 0;
      for (int k = 0; k < n; k++) {
        float found = rounded(value, RandomKey.of(1).child(k));
        assertThat(found == below || found == above).as("%s to %s", value, found).isTrue();
        sum += found;
      }
      double step = Math.abs((double) above - below);
      assertThat(sum / n).isCloseTo(value, within(6 * step / 2 / Math.sqrt(n)));
    }
  }

  /** The same over coordinates, and neighbours do not lean the same way. */
  @Test
  void coordinatesAreRoundedIndependently() {
    int n = 1 << 20;
    double part = 0.3;
    float value = (float) (1 + part / 128);
    for (int seed = 1; seed <= 8; seed++) {
      float[] values = new float[n];
      java.util.Arrays.fill(values, value);
      Bf16.round(values, 0, n, RandomKey.of(seed), 0);
      for (int lag : new int[] {1, 2, 3, 16, 255, 4096}) {
        int ups = 0;
        int both = 0;
        for (int i = 0; i + lag < n; i++) {
          ups += values[i] > 1 ? 1 : 0;
          both += values[i] > 1 && values[i + lag] > 1 ? 1 : 0;
        }
        assertThat(ups / (double) n).isCloseTo(part, within(6 * 0.5 / Math.sqrt(n)));
        assertThat(both / (double) n).isCloseTo(part * part, within(6 * 0.5 / Math.sqrt(n)));
      }
    }
  }

  @Test
  void roundingByPiecesIsRoundingAtOnce() {
    for (int n : new int[] {1, 2, 7, 8, 9, 63, 64, 65, 1021}) {
      float[] whole = normal(n, 1);
      float[] pieces = whole.clone();
      Bf16.round(whole, 0, n, KEY, 5);
      for (int from = 0; from < n; from += 3) {
        Bf16.round(pieces, from, Math.min(n, from + 3), KEY, 5 + from);
      }
      assertThat(pieces).isEqualTo(whole);
    }
  }

  @Test
  void theSimdFormHasTheBitsOfThePlainOne() {
    Bf16Form fast = Bf16Form.of(BestKernels.simd().orElseThrow());
    Bf16Form plain = Bf16Form.of(Kernels.scalar());
    RandomGenerator random = KEY.generator();
    for (int n : new int[] {1, 2, 7, 8, 9, 15, 16, 17, 63, 64, 65, 1021}) {
      for (int attempt = 0; attempt < 200; attempt++) {
        float[] values = normal(n, n + attempt);
        float[] before = normal(n, n - attempt);
        for (int i = random.nextInt(20); i < n; i += 1 + random.nextInt(40)) {
          values[i] = Float.intBitsToFloat(random.nextInt());
          before[i] = i % 2 == 0 ? before[i] : EXACT[random.nextInt(EXACT.length)];
        }
        byte[] theirs = allOf(plain, values.clone(), before.clone());
        assertThat(allOf(fast, values.clone(), before.clone())).isEqualTo(theirs);
      }
    }
  }

  /** Everything that a form does to some values, as bytes. */
  private static byte[] allOf(Bf16Form form, float[] values, float[] before) {
    int n = values.length;
    float[] held = before.clone();
    float[] found = new float[n];
    byte[] packed = new byte[2 * n + 1];
    ByteBuffer all = ByteBuffer.allocate(22 * n + 8);
    form.follow(values, held, 0, n);
    all.put((byte) (form.changes(before, held, 0, n, packed, 1) ? 1 : 0)).put(packed);
    form.change(before, packed, 1, found, 0, n);
    all.put((byte) (form.pack(values, 0, n, packed, 1) ? 1 : 0)).put(packed);
    form.round(values, 0, n, KEY, 3);
    all.put((byte) (form.pack(values, 0, n, packed, 1) ? 1 : 0)).put(packed, 0, 2);
    for (float[] each : new float[][] {held, found, values}) {
      for (float value : each) {
        all.putInt(bits(value));
      }
    }
    form.unpack(packed, 1, found, 0, n);
    for (int i = 0; i < n; i++) {
      assertThat(bits(found[i])).isEqualTo(bits(values[i]));
    }
    return all.array();
  }

  private static float[] normal(int n, long seed) {
    RandomGenerator random = RandomKey.of(seed).generator();
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  @Test
  void packingKeepsSuchNumbersAndTellsOfOthers() {
    for (int n : new int[] {1, 2, 7, 8, 9, 63, 64, 65, 1021}) {
      float[] values = normal(n, n);
      byte[] packed = new byte[3 + 2 * n];
      assertThat(Bf16.pack(values, 0, n, packed, 3)).isFalse();
      Bf16.round(values, 0, n, KEY, 0);
      System.arraycopy(EXACT, 0, values, 0, Math.min(n, EXACT.length));
      assertThat(Bf16.pack(values, 0, n, packed, 3)).isTrue();
      float[] found = new float[n + 1];
      Bf16.unpack(packed, 3, found, 1, n + 1);
      for (int i = 0; i < n; i++) {
        assertThat(bits(found[i + 1])).isEqualTo(bits(values[i]));
      }
    }
  }

  @Test
  void whoeverAddsTheChangesHoldsTheSameBits() {
    int n = 1021;
    RandomGenerator random = KEY.generator();
    float[] target = normal(n, 1);
    float[] held = new float[n];
    byte[] changes = new byte[2 * n];
    for (int step = 0; step < 2000; step++) {
      for (int i = 0; i < n; i++) { // moves of all sizes, from far below an ulp to far above
        target[i] += (float) (random.nextGaussian() * Math.scalb(1.0, random.nextInt(50) - 45));
      }
      float[] before = held.clone();
      Bf16.follow(target, held, 0, n);
      assertThat(Bf16.changes(before, held, 0, n, changes, 0)).isTrue();
      float[] found = new float[n];
      Bf16.change(before, changes, 0, found, 0, n);
      for (int i = 0; i < n; i++) {
        assertThat(bits(found[i])).isEqualTo(bits(held[i]));
      }
    }
  }

  @Test
  void changesThatCannotBeRoundedAreToldOf() {
    assertThat(Bf16.changes(new float[] {1f}, new float[] {1.001f}, 0, 1, new byte[2], 0))
        .isFalse();
  }

  /** The rest is at most half a step of the last difference: 2^-8 of it. */
  @Test
  void whatWasRoundedAwayComesWithTheNextChange() {
    float[] target = normal(1021, 2);
    float[] held = new float[1021];
    for (int round = 0; round < 4; round++) {
      float[] before = held.clone();
      Bf16.follow(target, held, 0, 1021);
      for (int i = 0; i < 1021; i++) {
        double left = Math.abs((double) target[i] - held[i]);
        double wide = Math.abs((double) target[i] - before[i]);
        assertThat(left).isLessThanOrEqualTo(wide / 256 + Math.ulp(target[i]));
      }
    }
    assertThat(held).isEqualTo(target);
  }
}
