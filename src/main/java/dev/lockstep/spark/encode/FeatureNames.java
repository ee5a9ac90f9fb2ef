package dev.lockstep.spark.encode;

import dev.lockstep.spark.prepare.Encode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Names of encoded features. */
final class FeatureNames {
  private FeatureNames() {}

  /** {@code column=category} of each category. */
  static List<String> categories(String column, List<String> categories) {
    return categories.stream().map(category -> column + "=" + category).toList();
  }

  /** {@code column[low,high)} of each bucket. */
  static List<String> buckets(String column, double[] bounds, boolean own) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i + 1 < bounds.length; i++) {
      names.add(column + "[" + bounds[i] + "," + bounds[i + 1] + ")");
    }
    if (own) {
      names.add(column + "=" + PipelineBuilder.OWN_CATEGORY);
    }
    return names;
  }

  /** {@code prefix[i]} for each of {@code count}. */
  static List<String> numbered(String prefix, int count) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      names.add(prefix + "[" + i + "]");
    }
    return names;
  }

  /** {@code column[channel,row,column]} of each pixel; the last changes fastest. */
  static List<String> pixels(String column, List<Integer> shape) {
    List<String> names = new ArrayList<>();
    for (int c = 0; c < shape.get(0); c++) {
      for (int y = 0; y < shape.get(1); y++) {
        for (int x = 0; x < shape.get(2); x++) {
          names.add(column + "[" + c + "," + y + "," + x + "]");
        }
      }
    }
    return names;
  }

  /** Products of one name of each list; the last list changes fastest. */
  static List<String> products(List<List<String>> factors) {
    List<String> names = List.of("");
    for (List<String> factor : factors) {
      List<String> longer = new ArrayList<>();
      for (String name : names) {
        for (String next : factor) {
          longer.add(name.isEmpty() ? next : name + "*" + next);
        }
      }
      names = longer;
    }
    return names;
  }

  /** Names in the order of Spark's PolynomialExpansion, its recursion on exponents. */
  static List<String> polynomial(List<String> names, int degree) {
    List<String> found = new ArrayList<>();
    expand(names, names.size() - 1, degree, new int[names.size()], found);
    return found.subList(1, found.size());
  }

  private static void expand(
      List<String> names, int last, int degree, int[] exponents, List<String> found) {
    if (degree == 0 || last < 0) {
      found.add(product(names, exponents));
      return;
    }
    for (int power = 0; power <= degree; power++) {
      int[] chosen = exponents.clone();
      chosen[last] = power;
      expand(names, last - 1, degree - power, chosen, found);
    }
  }

  private static String product(List<String> names, int[] exponents) {
    List<String> factors = new ArrayList<>();
    for (int i = 0; i < exponents.length; i++) {
      if (exponents[i] > 0) {
        factors.add(exponents[i] == 1 ? names.get(i) : names.get(i) + "^" + exponents[i]);
      }
    }
    return String.join("*", factors);
  }

  /** The prefix of hashed columns. */
  static String hashed(Group group) {
    String[] columns = group.inputs().stream().map(Input::column).toArray(String[]::new);
    return Encode.HASH.name().toLowerCase(java.util.Locale.ROOT)
        + "("
        + String.join(",", Arrays.asList(columns))
        + ")";
  }
}
