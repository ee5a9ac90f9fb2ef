package dev.lockstep.torch;

import dev.lockstep.config.Ranges;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/**
 * A convolution over one dimension ({@code [channels, length]}) or two ({@code [channels, height,
 * width]}), as PyTorch's Conv1d and Conv2d (a cross-correlation).
 *
 * @param channels outputs
 * @param kernel its size in each dimension; one number stands for all
 * @param stride steps of the kernel; one number stands for all
 * @param padding zeros at either end; one number stands for all
 * @param bias whether each channel has one
 * @param init how it starts
 */
public record Conv(
    int channels,
    List<Integer> kernel,
    List<Integer> stride,
    List<Integer> padding,
    boolean bias,
    Init init)
    implements Layer {
  /** 3 x 3 with biases, one channel. */
  public static final Conv DEFAULTS =
      new Conv(1, List.of(3), List.of(1), List.of(0), true, Init.DEFAULT);

  /** Checks the ranges. */
  public Conv {
    Ranges.atLeastOne("channels", channels);
    Window.check("kernel", kernel, 1);
    Window.check("stride", stride, 1);
    Window.check("padding", padding, 0);
    Objects.requireNonNull(init);
  }

  /** One that keeps the size of what it slides over. */
  static Conv same(int channels, int kernel, Init init) {
    return new Conv(channels, List.of(kernel), List.of(1), List.of(kernel / 2), true, init);
  }

  private Window window(Dims input) {
    if (input.rank() != 2 && input.rank() != 3) {
      throw new IllegalArgumentException(
          "takes [channels, length] or [channels, height, width], is given " + input);
    }
    return Window.of(input.rank() - 1, kernel, stride, padding);
  }

  @Override
  public Dims output(Dims input) {
    return window(input).output(input, channels);
  }

  @Override
  public List<Weight> weights(Dims input) {
    List<Integer> sizes = new ArrayList<>(List.of(channels, input.size(0)));
    int places = 1;
    for (long size : window(input).kernel()) {
      sizes.add((int) size);
      places = Math.multiplyExact(places, (int) size);
    }
    int fanIn = Math.multiplyExact(input.size(0), places);
    int fanOut = Math.multiplyExact(channels, places);
    List<Weight> weights = new ArrayList<>();
    weights.add(new Weight("weight", new Dims(sizes), true, init.weights(fanIn, fanOut)));
    if (bias) {
      weights.add(new Weight("bias", Dims.of(channels), false, init.biases(fanIn)));
    }
    return weights;
  }

  @Override
  public Operation operation(Dims input) {
    Window window = window(input);
    long[] dilation = window.ones();
    boolean plane = input.rank() == 3;
    return (x, weights, pass) -> {
      TensorOptional added = bias ? new TensorOptional(weights[1]) : new TensorOptional();
      return plane
          ? torch.conv2d(x, weights[0], added, window.stride(), window.padding(), dilation, 1)
          : torch.conv1d(x, weights[0], added, window.stride(), window.padding(), dilation, 1);
    };
  }
}
