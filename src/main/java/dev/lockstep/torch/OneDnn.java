package dev.lockstep.torch;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * oneDNN, which libtorch leaves convolutions and LSTMs to on a CPU. On one with AVX-512 whose
 * virtual machine hides its caches, version 3.7 has been seen to compute other states and gradients
 * than those of the equations (EPYC, Zen 5; right with {@code ONEDNN_MAX_CPU_ISA=AVX2}); so each
 * process compares them with libtorch's own before it trusts them.
 */
final class OneDnn {
  private static final Logger LOG = LoggerFactory.getLogger(OneDnn.class);

  /** The two differ in the order of sums of values between -1 and 1, a few thousand at most. */
  private static final double BOUND = 1e-3;

  private static final int ROWS = 3;
  private static final int STEPS = 5;
  private static final int SIDE = 9;

  /** Values of a row and units: fewer than a vector of the CPU has, and more. */
  private static final int[][] SIZES = {{4, 3}, {5, 5}, {16, 16}, {40, 72}};

  private OneDnn() {}

  /** Turns it off for the process, with a warning, if it is not right here. */
  static void trustIfRight() {
    if (!torch.globalContext().userEnabledMkldnn()) {
      return;
    }
    double apart = 0;
    try (PointerScope scope = new PointerScope()) {
      List<Tensor> its = results();
      torch.globalContext().setUserEnabledMkldnn(false);
      List<Tensor> own = results();
      for (int i = 0; i < own.size(); i++) {
        double off = its.get(i).sub(own.get(i)).abs().max().item_float();
        apart = Double.isNaN(off) ? Double.POSITIVE_INFINITY : Math.max(apart, off);
      }
    }
    if (apart < BOUND) {
      torch.globalContext().setUserEnabledMkldnn(true);
    } else {
      LOG.warn(
          "oneDNN is {} off on this CPU: networks run without it, convolutions and LSTMs slower and"
              + " compute = bf16 in float32; with ONEDNN_MAX_CPU_ISA=AVX2 in the environment it may be"
              + " right",
          "%.1e".formatted(apart));
    }
  }

  private static List<Tensor> results() {
    List<Tensor> all = new ArrayList<>();
    for (int[] size : SIZES) {
      int values = size[0];
      int units = size[1];
      Tensor[] gates = {
        waves(4 * units, values), waves(4 * units, units), waves(4 * units), waves(4 * units)
      };
      Tensor steps = waves(ROWS, STEPS, values);
      Tensor zero = Place.zeros(steps, 1, ROWS, units);
      all.addAll(
          withGradients(
              torch
                  .lstm(
                      steps,
                      new TensorVector(zero, zero),
                      new TensorVector(gates),
                      true,
                      1,
                      0,
                      true,
                      false,
                      true)
                  .get0(),
              steps,
              gates[0],
              gates[1]));
      Tensor rows = waves(ROWS, values, SIDE, SIDE);
      Tensor filter = waves(units, values, 3, 3);
      Tensor bias = waves(units);
      all.addAll(
          withGradients(
              torch.conv2d(
                  rows,
                  filter,
                  new TensorOptional(bias),
                  new long[] {1, 1},
                  new long[] {1, 1},
                  new long[] {1, 1},
                  1),
              rows,
              filter,
              bias));
    }
    return all;
  }

  /** A result and the gradients of its mean square by what it comes from. */
  private static List<Tensor> withGradients(Tensor result, Tensor... sources) {
    result.square().mean().backward();
    List<Tensor> all = new ArrayList<>(List.of(result.detach()));
    for (Tensor source : sources) {
      all.add(source.grad().clone());
    }
    return all;
  }

  /** Values between -0.5 and 0.5 that are all different. */
  private static Tensor waves(long... shape) {
    float[] values = new float[(int) Arrays.stream(shape).reduce(1, Math::multiplyExact)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) Math.sin(0.7 * i) / 2;
    }
    return Tensor.create(values, shape).requires_grad_(true);
  }
}
