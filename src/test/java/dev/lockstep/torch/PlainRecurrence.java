package dev.lockstep.torch;

import dev.lockstep.data.Layout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** The equations of recurrent layers, one row after the other in double, as PyTorch states them. */
final class PlainRecurrence {
  private final Recurrent layer;
  private final float[] params;
  private final Layout layout;
  private final String prefix;

  /**
   * A layer.
   *
   * @param prefix of the names of its tensors in the layout
   */
  PlainRecurrence(Recurrent layer, float[] params, Layout layout, String prefix) {
    this.layer = layer;
    this.params = params;
    this.layout = layout;
    this.prefix = prefix;
  }

  /**
   * What the layer gives of one row.
   *
   * @param x the real steps of the row
   * @param steps with padding
   */
  double[] taken(List<double[]> x, int steps) {
    List<double[]> ahead = states(x, "");
    List<double[]> all = new ArrayList<>();
    double[] last = ahead.get(ahead.size() - 1);
    if (layer.bidirectional()) {
      List<double[]> reversed = new ArrayList<>(x);
      Collections.reverse(reversed);
      List<double[]> back = states(reversed, "_reverse");
      last = joined(last, back.get(back.size() - 1));
      Collections.reverse(back);
      for (int t = 0; t < x.size(); t++) {
        all.add(joined(ahead.get(t), back.get(t)));
      }
    } else {
      all.addAll(ahead);
    }
    return switch (layer.take()) {
      case LAST -> last;
      case MEAN -> overSteps(all, false);
      case MAX -> overSteps(all, true);
      case ALL -> Arrays.copyOf(flat(all), steps * last.length);
    };
  }

  private static double[] joined(double[] a, double[] b) {
    double[] both = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, both, a.length, b.length);
    return both;
  }

  private static double[] flat(List<double[]> all) {
    return all.stream().flatMapToDouble(Arrays::stream).toArray();
  }

  private static double[] overSteps(List<double[]> all, boolean largest) {
    double[] result = new double[all.get(0).length];
    for (int j = 0; j < result.length; j++) {
      int column = j;
      var values = all.stream().mapToDouble(state -> state[column]);
      result[j] = largest ? values.max().orElseThrow() : values.average().orElseThrow();
    }
    return result;
  }

  private List<double[]> states(List<double[]> x, String direction) {
    int units = layer.units();
    double[] h = new double[units];
    double[] c = new double[units];
    List<double[]> states = new ArrayList<>();
    for (double[] now : x) {
      double[] in = product("weight_ih_l0" + direction, "bias_ih_l0" + direction, now);
      double[] rec = product("weight_hh_l0" + direction, "bias_hh_l0" + direction, h);
      double[] next = new double[units];
      for (int u = 0; u < units; u++) {
        next[u] =
            switch (layer.cell()) {
              case LSTM -> {
                c[u] =
                    sigmoid(gate(in, rec, 1, u)) * c[u]
                        + sigmoid(gate(in, rec, 0, u)) * Math.tanh(gate(in, rec, 2, u));
                yield sigmoid(gate(in, rec, 3, u)) * Math.tanh(c[u]);
              }
              case GRU -> {
                double reset = sigmoid(gate(in, rec, 0, u));
                double update = sigmoid(gate(in, rec, 1, u));
                double fresh = Math.tanh(in[2 * units + u] + reset * rec[2 * units + u]);
                yield (1 - update) * fresh + update * h[u];
              }
              case RNN -> Math.tanh(gate(in, rec, 0, u));
            };
      }
      h = next;
      states.add(h);
    }
    return states;
  }

  private double gate(double[] in, double[] rec, int gate, int unit) {
    int at = gate * layer.units() + unit;
    return in[at] + rec[at];
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  private double[] product(String weight, String bias, double[] x) {
    int w = offset(prefix + weight);
    int b = offset(prefix + bias);
    double[] y = new double[layer.cell().gates() * layer.units()];
    for (int i = 0; i < y.length; i++) {
      y[i] = params[b + i];
      for (int j = 0; j < x.length; j++) {
        y[i] += (double) params[w + i * x.length + j] * x[j];
      }
    }
    return y;
  }

  private int offset(String name) {
    return layout.slices().stream()
        .filter(slice -> slice.name().equals(name))
        .findFirst()
        .orElseThrow()
        .offset();
  }
}
