package dev.lockstep.torch;

import java.util.Arrays;
import java.util.List;

/**
 * How a kernel moves over one or two dimensions.
 *
 * @param kernel its size in each dimension
 * @param stride its steps
 * @param padding zeros at either end
 */
record Window(long[] kernel, long[] stride, long[] padding) {
  /** Requires numbers of a setting that are at least {@code least}. */
  static void check(String setting, List<Integer> sizes, int least) {
    if (sizes.isEmpty() || sizes.size() > 2 || sizes.stream().anyMatch(size -> size < least)) {
      throw new IllegalArgumentException(
          "%s must be one number or two, at least %d, is %s".formatted(setting, least, sizes));
    }
  }

  /** A window over so many dimensions; one number stands for all. */
  static Window of(
      int dimensions, List<Integer> kernel, List<Integer> stride, List<Integer> padding) {
    return new Window(
        spread("kernel", kernel, dimensions),
        spread("stride", stride, dimensions),
        spread("padding", padding, dimensions));
  }

  private static long[] spread(String setting, List<Integer> sizes, int dimensions) {
    if (sizes.size() != 1 && sizes.size() != dimensions) {
      throw new IllegalArgumentException(
          "%s is %s for an input of %d such dimension%s"
              .formatted(setting, sizes, dimensions, dimensions == 1 ? "" : "s"));
    }
    long[] all = new long[dimensions];
    Arrays.setAll(all, i -> sizes.get(sizes.size() == 1 ? 0 : i));
    return all;
  }

  /** A one for each dimension. */
  long[] ones() {
    long[] ones = new long[kernel.length];
    Arrays.fill(ones, 1);
    return ones;
  }

  /** The dimensions that its places make, behind channels. */
  Dims output(Dims input, int channels) {
    Integer[] sizes = new Integer[kernel.length + 1];
    sizes[0] = channels;
    for (int i = 0; i < kernel.length; i++) {
      long room = input.size(i + 1) + 2 * padding[i] - kernel[i];
      if (room < 0) {
        throw new IllegalArgumentException(
            "slides over windows of %s, which do not fit into %s: give it smaller ones or padding, or shrink less before it"
                .formatted(Arrays.toString(kernel), input));
      }
      sizes[i + 1] = (int) (room / stride[i]) + 1;
    }
    return Dims.of(sizes);
  }
}
