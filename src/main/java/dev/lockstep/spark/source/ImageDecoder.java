package dev.lockstep.spark.source;

import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import javax.imageio.IIOException;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * Decodes PNG and JPEG to pixels from 0 to 255. Samples are taken as they are in the file: no
 * colour profile, gamma or orientation is applied, and transparency is left out, as in torchvision.
 * Samples of more or fewer than 8 bits are scaled to 255.
 */
final class ImageDecoder {
  private static final Set<String> FORMATS = Set.of("png", "jpeg");
  private static final int RGB = 3;
  private static final int MOST_PIXELS = 1 << 26;

  private ImageDecoder() {}

  /**
   * A decoded image.
   *
   * @param shape {@code [channels, height, width]}
   * @param pixels in this order, row-major
   */
  record Picture(List<Integer> shape, double[] pixels) {}

  /**
   * Decodes a file.
   *
   * @param channels 1 for grey, 3 for colours, 0 for what the file has
   * @throws IIOException that says why it cannot be decoded
   */
  static Picture decode(byte[] file, int channels) throws IIOException {
    try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(file))) {
      Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
      ImageReader reader = readers.hasNext() ? readers.next() : null;
      if (reader == null || !FORMATS.contains(reader.getFormatName().toLowerCase(Locale.ROOT))) {
        throw new IIOException("it is neither PNG nor JPEG");
      }
      try {
        reader.setInput(in, true, true);
        return converted(picture(read(reader)), channels);
      } finally {
        reader.dispose();
      }
    } catch (IIOException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      // The JDK's readers throw exceptions of all kinds at damaged files.
      throw new IIOException("it is damaged (" + e.getClass().getSimpleName() + ")", e);
    }
  }

  /** Warnings are errors: they tell of data that ends early, of which the rest would be grey. */
  private static BufferedImage read(ImageReader reader) throws IOException {
    long pixels = (long) reader.getWidth(0) * reader.getHeight(0);
    if (pixels > MOST_PIXELS) {
      throw new IIOException("it has %,d pixels, may have %,d".formatted(pixels, MOST_PIXELS));
    }
    List<String> warnings = new ArrayList<>();
    reader.addIIOReadWarningListener((source, warning) -> warnings.add(warning));
    BufferedImage image = reader.read(0);
    if (!warnings.isEmpty()) {
      throw new IIOException(warnings.get(0));
    }
    return image;
  }

  private static Picture picture(BufferedImage image) throws IIOException {
    ColorModel colors = image.getColorModel();
    if (colors instanceof IndexColorModel palette) {
      return picture(image.getRaster(), palette);
    }
    int channels = colors.getNumColorComponents();
    if (channels != 1 && channels != RGB) {
      throw new IIOException("it has %d colour channels, must have 1 or 3".formatted(channels));
    }
    Raster raster = image.getRaster();
    int plane = raster.getWidth() * raster.getHeight();
    double[] pixels = new double[channels * plane];
    for (int c = 0; c < channels; c++) {
      int[] samples = samples(raster, c);
      double largest = (1L << raster.getSampleModel().getSampleSize(c)) - 1;
      for (int i = 0; i < plane; i++) {
        pixels[c * plane + i] = samples[i] * 255.0 / largest;
      }
    }
    return new Picture(List.of(channels, raster.getHeight(), raster.getWidth()), pixels);
  }

  /** A palette of greys alone is a grey image. */
  private static Picture picture(Raster raster, IndexColorModel palette) {
    int[] colors = new int[palette.getMapSize()];
    palette.getRGBs(colors);
    boolean grey = true;
    for (int color : colors) {
      grey &= (color & 0xFF) == (color >> 8 & 0xFF) && (color & 0xFF) == (color >> 16 & 0xFF);
    }
    int channels = grey ? 1 : RGB;
    int[] indices = samples(raster, 0);
    double[] pixels = new double[channels * indices.length];
    for (int c = 0; c < channels; c++) {
      for (int i = 0; i < indices.length; i++) {
        pixels[c * indices.length + i] = colors[indices[i]] >> (16 - 8 * c) & 0xFF;
      }
    }
    return new Picture(List.of(channels, raster.getHeight(), raster.getWidth()), pixels);
  }

  private static int[] samples(Raster raster, int band) {
    return raster.getSamples(
        raster.getMinX(),
        raster.getMinY(),
        raster.getWidth(),
        raster.getHeight(),
        band,
        (int[]) null);
  }

  /** Grey by the weights of ITU-R 601, rounded as Pillow does; colours from grey are all alike. */
  private static Picture converted(Picture picture, int channels) {
    int has = picture.shape().get(0);
    if (channels == 0 || channels == has) {
      return picture;
    }
    int plane = picture.pixels().length / has;
    double[] from = picture.pixels();
    double[] pixels = new double[channels * plane];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] =
          channels == RGB
              ? from[i % plane]
              : Math.floor(
                  (19595 * from[i] + 38470 * from[plane + i] + 7471 * from[2 * plane + i] + 32768)
                      / 65536);
    }
    return new Picture(List.of(channels, picture.shape().get(1), picture.shape().get(2)), pixels);
  }
}
