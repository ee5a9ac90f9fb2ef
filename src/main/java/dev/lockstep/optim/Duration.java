package dev.lockstep.optim;

import dev.lockstep.config.Ranges;
import dev.lockstep.optim.Schedule.Progress;
import java.io.Serializable;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A stretch of training, such as {@code 100 steps}, {@code 2 epochs} or {@code 5 %} of all steps.
 *
 * @param amount how many, 0 or above
 * @param unit of what
 */
public record Duration(double amount, Unit unit) implements Serializable {
  /** What a duration counts. */
  public enum Unit {
    /** Updates. */
    STEPS,
    /** Passes over the training rows. */
    EPOCHS,
    /** Hundredths of all steps of the training. */
    PERCENT
  }

  /** No time at all. */
  public static final Duration NONE = new Duration(0, Unit.STEPS);

  /** All steps of the training. */
  public static final Duration WHOLE = new Duration(100, Unit.PERCENT);

  private static final Pattern FORM =
      Pattern.compile("([0-9.eE+-]+)\\s*(|steps?|epochs?|%|percent)");

  /** Checks the amount. */
  public Duration {
    Ranges.notNegative("a duration", amount);
    if (unit == Unit.STEPS && amount != Math.rint(amount)) {
      throw new IllegalArgumentException(
          "a duration in steps must be a whole number, is " + Ranges.text(amount));
    }
    Ranges.require(unit != Unit.PERCENT || amount <= 100, "a duration in %", "at most 100", amount);
  }

  /**
   * Reads {@code 100 steps}, {@code 1 epoch}, {@code 5 %} or {@code none}; a number alone counts
   * steps.
   */
  public static Duration parse(String text) {
    String trimmed = text.strip().toLowerCase(Locale.ROOT);
    if (trimmed.equals("none")) {
      return NONE;
    }
    Matcher matcher = FORM.matcher(trimmed);
    if (matcher.matches()) {
      try {
        return new Duration(Double.parseDouble(matcher.group(1)), unit(matcher.group(2)));
      } catch (NumberFormatException e) {
        throw unreadable(text, e);
      }
    }
    throw unreadable(text, null);
  }

  private static Unit unit(String name) {
    return switch (name.isEmpty() ? 's' : name.charAt(0)) {
      case 's' -> Unit.STEPS;
      case 'e' -> Unit.EPOCHS;
      default -> Unit.PERCENT;
    };
  }

  private static IllegalArgumentException unreadable(String text, Throwable cause) {
    return new IllegalArgumentException(
        "a duration must be like 100 steps, 1 epoch or 5 %, is \"" + text + "\"", cause);
  }

  /** How many steps that is in a training, rounded to the nearest. */
  public double steps(Progress progress) {
    return switch (unit) {
      case STEPS -> amount;
      case EPOCHS -> Math.rint(amount * progress.stepsPerEpoch());
      case PERCENT -> Math.rint(amount / 100 * progress.steps());
    };
  }

  /** {@link #steps}, and 1 where that is less: what a schedule may divide by. */
  double atLeastOneStep(Progress progress) {
    return Math.max(1, steps(progress));
  }

  /** As {@link #parse} reads it. */
  @Override
  public String toString() {
    return Ranges.text(amount)
        + switch (unit) {
          case STEPS -> " steps";
          case EPOCHS -> " epochs";
          case PERCENT -> " %";
        };
  }
}
