package dev.lockstep.torch;

import java.util.List;
import java.util.Objects;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * The largest or the mean value of windows, channel by channel, over {@code [channels, length]} or
 * {@code [channels, height, width]}, as PyTorch's MaxPool and AvgPool: a rest that fills no window
 * is left out.
 *
 * @param of what is taken of a window
 * @param size of a window in each dimension; one number stands for all
 * @param stride steps of the window; left out: its size
 */
public record Pool(Of of, List<Integer> size, List<Integer> stride) implements Layer {
  /** What is taken of a window. */
  public enum Of {
    /** The largest value. */
    MAX,
    /** The mean. */
    MEAN
  }

  /** The largest of 2 x 2. */
  public static final Pool DEFAULTS = new Pool(Of.MAX, List.of(2), List.of());

  /** Checks the ranges. */
  public Pool {
    Objects.requireNonNull(of);
    Window.check("size", size, 1);
    if (!stride.isEmpty()) {
      Window.check("stride", stride, 1);
    }
  }

  private Window window(Dims input) {
    if (input.rank() != 2 && input.rank() != 3) {
      throw new IllegalArgumentException(
          "takes [channels, length] or [channels, height, width], is given " + input);
    }
    return Window.of(input.rank() - 1, size, stride.isEmpty() ? size : stride, List.of(0));
  }

  @Override
  public Dims output(Dims input) {
    return window(input).output(input, input.size(0));
  }

  @Override
  public Operation operation(Dims input) {
    Window window = window(input);
    boolean plane = input.rank() == 3;
    return (x, weights, pass) -> plane ? plane(x, window) : line(x, window);
  }

  private Tensor plane(Tensor x, Window window) {
    return switch (of) {
      case MAX ->
          torch.max_pool2d(
              x, window.kernel(), window.stride(), window.padding(), window.ones(), false);
      case MEAN ->
          torch.avg_pool2d(
              x,
              window.kernel(),
              window.stride(),
              window.padding(),
              false,
              true,
              new LongOptional());
    };
  }

  private Tensor line(Tensor x, Window window) {
    return switch (of) {
      case MAX ->
          torch.max_pool1d(
              x, window.kernel(), window.stride(), window.padding(), window.ones(), false);
      case MEAN ->
          torch.avg_pool1d(x, window.kernel(), window.stride(), window.padding(), false, true);
    };
  }
}
