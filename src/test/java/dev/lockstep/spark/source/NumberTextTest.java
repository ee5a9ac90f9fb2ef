package dev.lockstep.spark.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NumberTextTest {
  private static double parse(String text) {
    byte[] bytes = ("x" + text + "x").getBytes(StandardCharsets.UTF_8);
    return NumberText.parse(bytes, 1, bytes.length - 1);
  }

  private static NumberText.Kind kind(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return NumberText.kind(bytes, 0, bytes.length);
  }

  @Test
  void numbersHaveTheBitsOfTheJdk() {
    long seed = 11;
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < 400_000; i++) {
      double value = Double.longBitsToDouble(random.nextLong());
      String text =
          switch (i % 6) {
            case 0 -> Double.toString(value);
            case 1 -> Double.toString(random.nextDouble());
            case 2 -> String.format("%.6f", random.nextGaussian() * 1000);
            case 3 -> random.nextLong(1L << 53, 1L << 56) + "";
            case 4 -> halfway(random);
            default -> Long.toString(random.nextLong() >> random.nextInt(64));
          };
      if (Double.isFinite(Double.parseDouble(text))) {
        assertThat(Double.doubleToRawLongBits(parse(text)))
            .as("%s, seed %d", text, seed)
            .isEqualTo(Double.doubleToRawLongBits(Double.parseDouble(text)));
      }
    }
  }

  /** A decimal near or at the middle between two doubles. */
  private static String halfway(SplittableRandom random) {
    double value = random.nextDouble() * Math.pow(10, random.nextInt(-4, 18));
    BigDecimal middle =
        new BigDecimal(value).add(new BigDecimal(Math.nextUp(value))).divide(BigDecimal.valueOf(2));
    BigDecimal rounded = middle.round(new MathContext(random.nextInt(15, 19)));
    return random.nextBoolean() ? rounded.toPlainString() : rounded.toString();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0",
        "-0",
        "+7",
        ".5",
        "5.",
        " 3 ",
        "\t4",
        "1e3",
        "1E-3",
        "00012",
        "1.5e+2",
        "0.00000000000000000000000001",
        "123456789012345678901234567890"
      })
  void decimalNumbersAreFinite(String text) {
    assertThat(kind(text)).isEqualTo(NumberText.Kind.FINITE);
    assertThat(parse(text)).isEqualTo(Double.parseDouble(text.trim()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"NaN", "nan", "Infinity", "-inf", "+INF", "1e999"})
  void wordsAndNumbersBeyondTheDoublesAreNotFinite(String text) {
    assertThat(kind(text)).isEqualTo(NumberText.Kind.NOT_FINITE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", " ", "-", ".", "1d", "2f", "0x1p3", "1e", "1e+", "1,5", "1 2", "--1", "1.2.3", "12-01",
        "a"
      })
  void otherTextIsNoNumber(String text) {
    assertThat(kind(text)).isEqualTo(NumberText.Kind.TEXT);
    assertThat(parse(text)).isNaN();
  }
}
