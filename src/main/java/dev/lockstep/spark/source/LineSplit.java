package dev.lockstep.spark.source;

import java.io.Serializable;

/**
 * The part of a file that one task reads: the lines that begin in {@code [start, end)}.
 *
 * @param file the file
 * @param start the first byte
 * @param end behind the last byte; {@link Long#MAX_VALUE} for a compressed file, which is read
 *     whole
 * @param dataStart where the rows of the file begin, after its header
 */
record LineSplit(ListedFile file, long start, long end, long dataStart) implements Serializable {
  static LineSplit whole(ListedFile file) {
    return whole(file, 0);
  }

  static LineSplit whole(ListedFile file, long dataStart) {
    return new LineSplit(file, 0, Long.MAX_VALUE, dataStart);
  }
}
