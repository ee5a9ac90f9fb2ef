package dev.lockstep.spark.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.spark.source.ImageDecoder.Picture;
import java.awt.image.BufferedImage;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import javax.imageio.IIOException;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageDecoderTest {
  private static final int WIDTH = 5;
  private static final int HEIGHT = 3;

  /** An image of random samples, the same for equal types. */
  private static BufferedImage image(int type) {
    BufferedImage image = new BufferedImage(WIDTH, HEIGHT, type);
    WritableRaster raster = image.getRaster();
    Random random = new Random(type);
    for (int y = 0; y < HEIGHT; y++) {
      for (int x = 0; x < WIDTH; x++) {
        for (int band = 0; band < raster.getNumBands(); band++) {
          int bits = raster.getSampleModel().getSampleSize(band);
          raster.setSample(x, y, band, random.nextInt(1 << bits));
        }
      }
    }
    return image;
  }

  private static byte[] encoded(BufferedImage image, String format) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    assertThat(ImageIO.write(image, format, bytes)).isTrue();
    return bytes.toByteArray();
  }

  @ParameterizedTest
  @CsvSource({
    BufferedImage.TYPE_BYTE_GRAY + ", 1, 255",
    BufferedImage.TYPE_USHORT_GRAY + ", 1, 65535",
    BufferedImage.TYPE_3BYTE_BGR + ", 3, 255",
    BufferedImage.TYPE_INT_RGB + ", 3, 255",
    BufferedImage.TYPE_4BYTE_ABGR + ", 3, 255",
  })
  void samplesOfPngAreTakenAsTheyAre(int type, int channels, double largest) throws IOException {
    BufferedImage image = image(type);
    Picture picture = ImageDecoder.decode(encoded(image, "png"), 0);
    assertThat(picture.shape()).containsExactly(channels, HEIGHT, WIDTH);
    for (int c = 0; c < channels; c++) {
      for (int y = 0; y < HEIGHT; y++) {
        for (int x = 0; x < WIDTH; x++) {
          assertThat(picture.pixels()[(c * HEIGHT + y) * WIDTH + x])
              .isEqualTo(image.getRaster().getSample(x, y, c) * 255.0 / largest);
        }
      }
    }
  }

  @Test
  void palettesAreColoursUnlessTheyAreGreysAlone() throws IOException {
    BufferedImage colours = image(BufferedImage.TYPE_BYTE_INDEXED);
    Picture picture = ImageDecoder.decode(encoded(colours, "png"), 0);
    assertThat(picture.shape()).containsExactly(3, HEIGHT, WIDTH);
    for (int i = 0; i < WIDTH * HEIGHT; i++) {
      int rgb = colours.getRGB(i % WIDTH, i / WIDTH);
      assertThat(picture.pixels()[i]).isEqualTo(rgb >> 16 & 0xFF);
      assertThat(picture.pixels()[2 * WIDTH * HEIGHT + i]).isEqualTo(rgb & 0xFF);
    }
    BufferedImage bits = image(BufferedImage.TYPE_BYTE_BINARY);
    Picture binary = ImageDecoder.decode(encoded(bits, "png"), 0);
    assertThat(binary.shape()).containsExactly(1, HEIGHT, WIDTH);
    for (int i = 0; i < WIDTH * HEIGHT; i++) {
      assertThat(binary.pixels()[i])
          .isEqualTo(255.0 * bits.getRaster().getSample(i % WIDTH, i / WIDTH, 0));
    }
  }

  @Test
  void jpegIsDecodedNearly() throws IOException {
    BufferedImage flat = new BufferedImage(64, 32, BufferedImage.TYPE_3BYTE_BGR);
    for (int i = 0; i < 64 * 32; i++) {
      flat.setRGB(i % 64, i / 64, 0xC08040);
    }
    Picture picture = ImageDecoder.decode(encoded(flat, "jpg"), 0);
    assertThat(picture.shape()).containsExactly(3, 32, 64);
    assertThat(picture.pixels()[0]).isCloseTo(0xC0, within(3.0));
    assertThat(picture.pixels()[64 * 32]).isCloseTo(0x80, within(3.0));
    assertThat(picture.pixels()[2 * 64 * 32]).isCloseTo(0x40, within(3.0));
    Picture grey = ImageDecoder.decode(encoded(image(BufferedImage.TYPE_BYTE_GRAY), "jpg"), 0);
    assertThat(grey.shape()).containsExactly(1, HEIGHT, WIDTH);
  }

  @Test
  void channelsAreMadeAsPillowMakesThem() throws IOException {
    byte[] colours = encoded(image(BufferedImage.TYPE_3BYTE_BGR), "png");
    double[] rgb = ImageDecoder.decode(colours, 3).pixels();
    Picture grey = ImageDecoder.decode(colours, 1);
    int plane = WIDTH * HEIGHT;
    assertThat(grey.shape()).containsExactly(1, HEIGHT, WIDTH);
    for (int i = 0; i < plane; i++) {
      int r = (int) rgb[i];
      int g = (int) rgb[plane + i];
      int b = (int) rgb[2 * plane + i];
      assertThat(grey.pixels()[i]).isEqualTo((r * 19595 + g * 38470 + b * 7471 + 0x8000) >> 16);
    }
    byte[] one = encoded(image(BufferedImage.TYPE_BYTE_GRAY), "png");
    double[] single = ImageDecoder.decode(one, 1).pixels();
    double[] three = ImageDecoder.decode(one, 3).pixels();
    assertThat(three).hasSize(3 * plane);
    for (int i = 0; i < three.length; i++) {
      assertThat(three[i]).isEqualTo(single[i % plane]);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"png", "jpg"})
  void aFileThatIsCutAnywhereIsRefused(String format) throws IOException {
    BufferedImage image = new BufferedImage(40, 40, BufferedImage.TYPE_3BYTE_BGR);
    Random random = new Random(1);
    for (int i = 0; i < 1600; i++) {
      image.setRGB(i % 40, i / 40, random.nextInt());
    }
    byte[] whole = encoded(image, format);
    // The last bytes of a PNG are a chunk that says that nothing follows, and check sums.
    int tail = format.equals("png") ? 20 : 2;
    for (int left = 0; left < whole.length - tail; left += 1 + left / 7) {
      byte[] cut = Arrays.copyOf(whole, left);
      assertThatThrownBy(() -> ImageDecoder.decode(cut, 0))
          .as(format + " cut to " + left + " of " + whole.length)
          .isInstanceOf(IIOException.class);
    }
    byte[] almost = Arrays.copyOf(whole, whole.length - tail - 1);
    assertThatThrownBy(() -> ImageDecoder.decode(almost, 0)).isInstanceOf(IIOException.class);
  }

  @Test
  void otherFormatsAreRefused() throws IOException {
    byte[] gif = encoded(image(BufferedImage.TYPE_BYTE_INDEXED), "gif");
    for (byte[] other : new byte[][] {gif, "no image".getBytes(StandardCharsets.UTF_8), {}}) {
      assertThatThrownBy(() -> ImageDecoder.decode(other, 0))
          .isInstanceOf(IIOException.class)
          .hasMessage("it is neither PNG nor JPEG");
    }
  }
}
