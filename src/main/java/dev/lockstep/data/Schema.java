package dev.lockstep.data;

import java.io.Serializable;
import java.util.List;

/**
 * What encoded rows look like.
 *
 * @param featureNames the name of each encoded feature; empty where they have none (libsvm)
 * @param features the number of encoded features, d
 * @param labelNames the label columns, at least one for labelled data
 * @param classes the class labels in index order; empty for numeric labels. A label value in a
 *     block is then the index of its class
 * @param classWeights what a row of each class weighs in training, beside its own weight; empty
 *     where all weigh the same. Metrics know nothing of them
 * @param shape {@code [channels, height, width]} where the features are the pixels of one image, in
 *     this order, row-major; {@code [steps, values]} where they are steps of a time series; empty
 *     where they are just numbers
 * @param vocabulary how many ids there are where the features are ids of tokens: 0 is padding, 1 an
 *     unknown token; 0 where the features are numbers
 * @param categories which features are numbers of categories, in ascending order
 * @param augmentation how images vary in training; prediction and metrics know nothing of it
 */
public record Schema(
    List<String> featureNames,
    int features,
    List<String> labelNames,
    List<String> classes,
    List<Double> classWeights,
    List<Integer> shape,
    int vocabulary,
    List<Category> categories,
    Augmentation augmentation)
    implements Serializable {
  /** Copies the lists. */
  public Schema {
    classWeights = List.copyOf(classWeights);
    featureNames = List.copyOf(featureNames);
    labelNames = List.copyOf(labelNames);
    classes = List.copyOf(classes);
    shape = List.copyOf(shape);
    categories = List.copyOf(categories);
    if (!featureNames.isEmpty() && featureNames.size() != features) {
      throw new IllegalArgumentException(
          featureNames.size() + " feature names for " + features + " features");
    }
    if (!classWeights.isEmpty() && classWeights.size() != classes.size()) {
      throw new IllegalArgumentException(
          classWeights.size() + " class weights for " + classes.size() + " classes");
    }
    if (!shape.isEmpty() && shape.stream().reduce(1, Math::multiplyExact) != features) {
      throw new IllegalArgumentException(
          "the shape " + shape + " is not that of " + features + " features");
    }
    if (!augmentation.isNone()
        && (shape.isEmpty() || augmentation.blank().size() != shape.get(0))) {
      throw new IllegalArgumentException(augmentation + " of the shape " + shape);
    }
  }

  /** A schema of plain numbers, whose classes weigh the same. */
  public Schema(
      List<String> featureNames, int features, List<String> labelNames, List<String> classes) {
    this(featureNames, features, labelNames, classes, List.of(), List.of(), 0);
  }

  /** A schema without categories, of rows that do not vary. */
  public Schema(
      List<String> featureNames,
      int features,
      List<String> labelNames,
      List<String> classes,
      List<Double> classWeights,
      List<Integer> shape,
      int vocabulary) {
    this(
        featureNames,
        features,
        labelNames,
        classes,
        classWeights,
        shape,
        vocabulary,
        List.of(),
        Augmentation.NONE);
  }

  /** How many label values a row has. */
  public int labels() {
    return labelNames.size();
  }

  /** The name of a feature, {@code f<index>} where features have none. */
  public String featureName(int feature) {
    return featureNames.isEmpty() ? "f" + feature : featureNames.get(feature);
  }
}
