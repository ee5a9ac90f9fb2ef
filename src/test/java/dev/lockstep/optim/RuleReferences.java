package dev.lockstep.optim;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;

/**
 * The update rules once more, in double and as the formulas read: PyTorch's documented ones where
 * it has the rule, else the paper's.
 */
final class RuleReferences {
  private RuleReferences() {}

  /** One coordinate-wise step, in place. */
  interface Reference {
    /**
     * Takes a step.
     *
     * @param w {@code [size]}, written
     * @param g {@code [size]} mean gradient
     * @param t the number of the step, from 1
     */
    void step(double[] w, double[] g, int t);
  }

  /** A rule with its reference for a vector of some size whose first part is penalized. */
  record Case(GradientRule rule, ReferenceMaker reference) {}

  /** Makes a reference with fresh state. */
  interface ReferenceMaker {
    Reference of(int size, int penalized);
  }

  /** All cases by a name that starts with the rule's kind. */
  static Map<String, Case> all() {
    Map<String, Case> cases = new LinkedHashMap<>();
    cases.put("gd", new Case(new Gd(0.1), (n, p) -> each((w, g, t, s) -> w - 0.1 * g, n, 0, 0)));
    momentum(cases);
    adaptive(cases);
    adams(cases);
    ftrl(cases);
    layerwise(cases);
    return cases;
  }

  /** A coordinate's step; {@code s} is its state, written. */
  private interface Coordinate {
    double step(double w, double g, int t, double[] s);
  }

  private static Reference each(Coordinate rule, int size, int states, double start) {
    double[][] state = new double[size][states];
    for (double[] own : state) {
      Arrays.fill(own, start);
    }
    return (w, g, t) -> {
      for (int i = 0; i < w.length; i++) {
        w[i] = rule.step(w[i], g[i], t, state[i]);
      }
    };
  }

  private static void momentum(Map<String, Case> cases) {
    cases.put(
        "sgd",
        new Case(new Sgd(0.1, 0, 0, false), (n, p) -> each((w, g, t, s) -> w - 0.1 * g, n, 0, 0)));
    cases.put("sgd momentum", sgd(0.9, 0, false));
    cases.put("sgd dampening", sgd(0.8, 0.3, false));
    cases.put("sgd nesterov", sgd(0.9, 0, true));
    cases.put(
        "lion",
        new Case(
            new Lion(0.01, 0.9, 0.99, 0),
            (n, p) ->
                each(
                    (w, g, t, s) -> {
                      double next = w - 0.01 * Math.signum(0.9 * s[0] + 0.1 * g);
                      s[0] = 0.99 * s[0] + 0.01 * g;
                      return next;
                    },
                    n,
                    1,
                    0)));
    cases.put("lion decay", decayed(new Lion(0.01, 0.9, 0.99, 0.1), cases.get("lion"), 0.01 * 0.1));
  }

  private static Case sgd(double mu, double dampening, boolean nesterov) {
    return new Case(
        new Sgd(0.1, mu, dampening, nesterov),
        (n, p) ->
            each(
                (w, g, t, s) -> {
                  s[0] = t == 1 ? g : mu * s[0] + (1 - dampening) * g;
                  return w - 0.1 * (nesterov ? g + mu * s[0] : s[0]);
                },
                n,
                1,
                0));
  }

  /** A case whose penalized parameters first lose a part of themselves. */
  private static Case decayed(GradientRule rule, Case plain, double lost) {
    return new Case(
        rule,
        (n, p) -> {
          Reference step = plain.reference().of(n, p);
          return (w, g, t) -> {
            for (int i = 0; i < p; i++) {
              w[i] -= lost * w[i];
            }
            step.step(w, g, t);
          };
        });
  }

  private static void adaptive(Map<String, Case> cases) {
    cases.put("adagrad", adagrad(0, 0));
    cases.put("adagrad decay", adagrad(0.1, 0.5));
    cases.put(
        "adadelta",
        new Case(
            new Adadelta(1, 0.9, 1e-6),
            (n, p) ->
                each(
                    (w, g, t, s) -> {
                      s[0] = 0.9 * s[0] + 0.1 * g * g;
                      double delta = Math.sqrt(s[1] + 1e-6) / Math.sqrt(s[0] + 1e-6) * g;
                      s[1] = 0.9 * s[1] + 0.1 * delta * delta;
                      return w - delta;
                    },
                    n,
                    2,
                    0)));
    cases.put("rmsprop", rmsprop(0, false));
    cases.put("rmsprop momentum", rmsprop(0.9, false));
    cases.put("rmsprop centered", rmsprop(0, true));
    cases.put("rmsprop centered momentum", rmsprop(0.5, true));
  }

  private static Case adagrad(double decay, double start) {
    return new Case(
        new Adagrad(0.1, decay, start, 1e-10),
        (n, p) ->
            each(
                (w, g, t, s) -> {
                  s[0] += g * g;
                  return w - 0.1 / (1 + (t - 1) * decay) * g / (Math.sqrt(s[0]) + 1e-10);
                },
                n,
                1,
                start));
  }

  private static Case rmsprop(double mu, boolean centered) {
    return new Case(
        new Rmsprop(0.01, 0.99, 1e-8, mu, centered),
        (n, p) ->
            each(
                (w, g, t, s) -> {
                  s[0] = 0.99 * s[0] + 0.01 * g * g;
                  s[1] = 0.99 * s[1] + 0.01 * g;
                  double v = centered ? s[0] - s[1] * s[1] : s[0];
                  s[2] = mu * s[2] + g / (Math.sqrt(v) + 1e-8);
                  return w - 0.01 * s[2];
                },
                n,
                3,
                0));
  }

  private static void adams(Map<String, Case> cases) {
    cases.put("adam", new Case(new Adam(0.01, 0.9, 0.999, 1e-8), (n, p) -> adam(n, false)));
    cases.put("amsgrad", new Case(new Amsgrad(0.01, 0.9, 0.999, 1e-8), (n, p) -> adam(n, true)));
    cases.put(
        "adamw", decayed(new Adamw(0.01, 0.9, 0.999, 1e-8, 0.3), cases.get("adam"), 0.01 * 0.3));
    DoubleUnaryOperator mu = t -> 0.9 * (1 - 0.5 * Math.pow(0.96, t * 4e-3));
    cases.put(
        "nadam",
        new Case(
            new Nadam(0.01, 0.9, 0.999, 1e-8, 4e-3),
            (n, p) ->
                each(
                    (w, g, t, s) -> {
                      s[0] = 0.9 * s[0] + 0.1 * g;
                      s[1] = 0.999 * s[1] + 0.001 * g * g;
                      s[2] = (t == 1 ? 1 : s[2]) * mu.applyAsDouble(t);
                      double next = mu.applyAsDouble(t + 1);
                      double root = Math.sqrt(s[1] / (1 - Math.pow(0.999, t))) + 1e-8;
                      double fromGradient = (1 - mu.applyAsDouble(t)) / (1 - s[2]) * g;
                      return w - 0.01 * (fromGradient + next / (1 - s[2] * next) * s[0]) / root;
                    },
                    n,
                    3,
                    0)));
  }

  private static Reference adam(int size, boolean largest) {
    return each(
        (w, g, t, s) -> {
          s[0] = 0.9 * s[0] + 0.1 * g;
          s[1] = 0.999 * s[1] + 0.001 * g * g;
          s[2] = Math.max(s[2], s[1]);
          double v = (largest ? s[2] : s[1]) / (1 - Math.pow(0.999, t));
          return w - 0.01 * s[0] / (1 - Math.pow(0.9, t)) / (Math.sqrt(v) + 1e-8);
        },
        size,
        3,
        0);
  }

  private static void ftrl(Map<String, Case> cases) {
    cases.put("ftrl", new Case(new Ftrl(0.5, 1), (n, p) -> ftrl(n, p, 0)));
  }

  /** FTRL-proximal in the paper's own variables z and n, with the cumulative l1. */
  static Reference ftrl(int size, int penalized, double l1) {
    double[] z = new double[size];
    double[] n = new double[size];
    return (w, g, t) -> {
      for (int i = 0; i < size; i++) {
        double sigma = (Math.sqrt(n[i] + g[i] * g[i]) - Math.sqrt(n[i])) / 0.5;
        // The paper starts from 0; another start is as if a first term had pulled to it.
        z[i] = t == 1 ? -w[i] / 0.5 : z[i];
        z[i] += g[i] - sigma * w[i];
        n[i] += g[i] * g[i];
        double shrunk = i < penalized ? t * l1 : 0;
        double q = (1 + Math.sqrt(n[i])) / 0.5;
        w[i] = Math.abs(z[i]) <= shrunk ? 0 : -(z[i] - Math.signum(z[i]) * shrunk) / q;
      }
    };
  }

  private static void layerwise(Map<String, Case> cases) {
    cases.put("lars", new Case(new Lars(0.5, 0.9, 0.01, 0.1), RuleReferences::lars));
    cases.put("lamb", new Case(new Lamb(0.01, 0.9, 0.999, 1e-6, 0.1), RuleReferences::lamb));
  }

  private static Reference lars(int size, int penalized) {
    double[] buffer = new double[size];
    return (w, g, t) -> {
      double local = 0.01 * norm(w, penalized) / (norm(g, penalized) + 0.1 * norm(w, penalized));
      for (int i = 0; i < size; i++) {
        double step = i < penalized ? local * (g[i] + 0.1 * w[i]) : g[i];
        buffer[i] = 0.9 * buffer[i] + 0.5 * step;
        w[i] -= buffer[i];
      }
    };
  }

  private static Reference lamb(int size, int penalized) {
    double[] m = new double[size];
    double[] v = new double[size];
    return (w, g, t) -> {
      double[] u = new double[size];
      for (int i = 0; i < size; i++) {
        m[i] = 0.9 * m[i] + 0.1 * g[i];
        v[i] = 0.999 * v[i] + 0.001 * g[i] * g[i];
        double root = Math.sqrt(v[i] / (1 - Math.pow(0.999, t))) + 1e-6;
        u[i] = m[i] / (1 - Math.pow(0.9, t)) / root + (i < penalized ? 0.1 * w[i] : 0);
      }
      double ratio = norm(w, penalized) / norm(u, penalized);
      for (int i = 0; i < size; i++) {
        w[i] -= 0.01 * (i < penalized ? ratio : 1) * u[i];
      }
    };
  }

  private static double norm(double[] values, int size) {
    double sum = 0;
    for (int i = 0; i < size; i++) {
      sum += values[i] * values[i];
    }
    return Math.sqrt(sum);
  }
}
