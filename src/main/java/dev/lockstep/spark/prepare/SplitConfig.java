package dev.lockstep.spark.prepare;

import java.io.Serializable;
import java.util.Optional;

/**
 * How rows are divided into training, validation and test rows. Shares are exact, by the rank of a
 * hash, within each class if stratified. Rows of a part with a condition or a source of its own are
 * set aside first; the shares of the others are then taken in proportion.
 *
 * @param train the training rows; the rest where left out
 * @param validation the validation rows
 * @param test the test rows
 * @param stratify whether each class is divided for itself; only labels that are classes are
 */
public record SplitConfig(
    Optional<SplitPart> train, SplitPart validation, SplitPart test, boolean stratify)
    implements Serializable {
  /** 8 : 1 : 1, stratified. */
  public static final SplitConfig DEFAULTS =
      new SplitConfig(Optional.empty(), SplitPart.of(0.1), SplitPart.of(0.1), true);

  /** Checks that shares add up. */
  public SplitConfig {
    double rest = 1 - validation.share() - test.share();
    boolean shares =
        train.isPresent()
            && train.get().condition().isEmpty()
            && validation.condition().isEmpty()
            && test.condition().isEmpty();
    if (rest < -1e-9 || shares && Math.abs(rest - train.get().share()) > 1e-9) {
      throw new IllegalArgumentException(
          "shares of train, validation and test must add up to 1 (leave train out for the rest)");
    }
  }

  /**
   * The same with conditions for shares.
   *
   * @param part the column that tells the part of each row by its number
   */
  SplitConfig inOrder(String part) {
    return new SplitConfig(train, validation.inOrder(part, 1), test.inOrder(part, 2), false);
  }

  /** The training share: what is said, else the rest. */
  double trainShare() {
    return train.map(SplitPart::share).orElse(Math.max(0, 1 - validation.share() - test.share()));
  }
}
