package dev.lockstep.spark.source;

import java.util.Optional;
import org.apache.spark.sql.SparkSession;

/**
 * Images of one size. The columns are {@code image}, a vector of pixels from 0 to 255 in the order
 * {@code [channels, height, width]}, and {@code label}.
 *
 * @param images an idx file of images, {@code [images, height, width]} unsigned bytes as MNIST and
 *     Fashion-MNIST have them, plain or gzipped; any Hadoop URI
 * @param labels an idx file of their labels, from 0 to 255; without it there is no column {@code
 *     label}
 */
public record Images(Optional<String> images, Optional<String> labels) implements Source {
  /** Checks that there is something to read. */
  public Images {
    if (images.isEmpty()) {
      throw new IllegalArgumentException("images must be given: an idx file of images");
    }
  }

  @Override
  public Optional<String> place() {
    return images;
  }

  @Override
  public SourceRows open(SparkSession session, SourceRequest request) {
    return IdxFiles.open(session, images.orElseThrow(), labels, request);
  }
}
