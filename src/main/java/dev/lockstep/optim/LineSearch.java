package dev.lockstep.optim;

/**
 * A line search turned inside out: told value and slope at a step length, it accepts it or names
 * the next. Accepts by the strong Wolfe conditions (Nocedal and Wright 2006, equation 3.7) or,
 * where values differ by no more than their noise, by the approximate ones of Hager and Zhang
 * (2005, equation 4.1), which need slopes only. Keeps an interval whose left end is low and falls,
 * and whose right end rises or is high (Hager and Zhang, U1-U3).
 *
 * <p>All numbers are in one array, so that a checkpoint can hold them.
 */
final class LineSearch {
  /** What to make of a trial. */
  enum Verdict {
    ACCEPT,
    TRY_NEXT,
    GIVE_UP
  }

  /** The relative noise of values: sums of float32 scores. */
  static final double NOISE = 1e-6;

  private static final double DECREASE = 1e-4;
  private static final double APPROXIMATE_DECREASE = 0.1;
  private static final double CURVATURE = 0.9;
  private static final int MOST_TRIALS = 12;

  /** After so many trials a decrease is enough: at the kink of a hinge no slope is small. */
  private static final int PATIENT_TRIALS = 5;

  private static final double SHARE = 0.1;

  /** About the square of float32's resolution. */
  private static final double LEAST_PROMISE = 1e-13;

  private static final int VALUE = 0;
  private static final int SLOPE = 1;
  private static final int LENGTH = 2;
  private static final int TRIALS = 3;
  private static final int LOW = 4; // length, value, slope of the left end
  private static final int HIGH = 7; // of the right end; length 0 while there is none
  private final double[] numbers;

  /** A search that goes on from saved numbers. */
  LineSearch(double[] numbers) {
    this.numbers = numbers.clone();
  }

  /** A search from a value and slope, with the first length to try. */
  static LineSearch from(double value, double slope, double length) {
    return new LineSearch(new double[] {value, slope, length, 0, 0, value, slope, 0, 0, 0});
  }

  /** All its numbers. */
  double[] save() {
    return numbers.clone();
  }

  /** The length to try. */
  double length() {
    return numbers[LENGTH];
  }

  /** Whether a value is a decrease worth the length tried (Armijo). */
  private boolean decreases(double value) {
    return value <= numbers[VALUE] + DECREASE * length() * numbers[SLOPE];
  }

  /** Whether even the slope at 0 promises nothing that float32 parameters could hold. */
  boolean hopeless() {
    return -numbers[SLOPE] <= LEAST_PROMISE * Math.abs(numbers[VALUE]);
  }

  /** Takes value and slope at {@link #length}. */
  Verdict tell(double value, double slope) {
    if (accepts(value, slope)) {
      return Verdict.ACCEPT;
    }
    numbers[TRIALS]++;
    double previousLength = numbers[LOW];
    double previousSlope = numbers[LOW + 2];
    boolean finite = Double.isFinite(value) && Double.isFinite(slope);
    boolean left = finite && slope < 0 && value <= highest();
    int end = left ? LOW : HIGH;
    numbers[end] = length();
    numbers[end + 1] = value;
    numbers[end + 2] = slope;
    boolean bracketed = numbers[HIGH] > 0;
    double width = numbers[HIGH] - numbers[LOW];
    if (numbers[TRIALS] >= MOST_TRIALS || (bracketed && width <= 1e-12 * numbers[HIGH])) {
      return Verdict.GIVE_UP;
    }
    numbers[LENGTH] = bracketed ? inside(width) : beyond(previousLength, previousSlope, slope);
    return Verdict.TRY_NEXT;
  }

  /** Whether so much was tried that any decrease is enough. */
  boolean patient() {
    return numbers[TRIALS] >= PATIENT_TRIALS;
  }

  /** Makes the length shorter, unless that was tried too often: backtracking alone. */
  Verdict shorten(double factor, int mostTrials) {
    numbers[TRIALS]++;
    numbers[LENGTH] *= factor;
    return numbers[TRIALS] < mostTrials ? Verdict.TRY_NEXT : Verdict.GIVE_UP;
  }

  private boolean accepts(double value, double slope) {
    double start = numbers[SLOPE];
    if (patient() && decreases(value)) {
      return true;
    }
    if (!(Math.abs(slope) <= -CURVATURE * start)) {
      return false;
    }
    boolean approximate = value <= highest() && slope <= (2 * APPROXIMATE_DECREASE - 1) * start;
    return decreases(value) || approximate;
  }

  private double highest() {
    return numbers[VALUE] + NOISE * Math.abs(numbers[VALUE]);
  }

  /** Where the slope would be 0 if it went on in a line, 2 to 10 times as far. */
  private double beyond(double previousLength, double previousSlope, double slope) {
    double length = length();
    double gain = slope - previousSlope;
    double zero = gain > 0 ? length - slope * (length - previousLength) / gain : 10 * length;
    return Math.max(2 * length, Math.min(10 * length, zero));
  }

  /** The likely minimum between the ends, away from both; the middle at every third trial. */
  private double inside(double width) {
    double low = numbers[LOW];
    double guess = Double.isFinite(numbers[HIGH + 1]) ? minimum(width) : low + SHARE * width;
    if (numbers[TRIALS] % 3 == 0 || Double.isNaN(guess)) {
      guess = low + width / 2;
    }
    return Math.max(low + SHARE * width, Math.min(numbers[HIGH] - SHARE * width, guess));
  }

  private double minimum(double width) {
    double low = numbers[LOW];
    double fall = numbers[LOW + 2];
    double rise = numbers[HIGH + 2];
    double difference = numbers[HIGH + 1] - numbers[LOW + 1];
    if (Math.abs(difference) <= NOISE * Math.abs(numbers[VALUE])) {
      return rise > 0 ? low - fall * width / (rise - fall) : low + width / 2;
    }
    if (rise < 0) {
      return low - fall * width * width / (2 * (difference - fall * width));
    }
    // The minimum of the cubic through both values and slopes (Nocedal and Wright, equation 3.59).
    double first = fall + rise - 3 * difference / width;
    double second = Math.sqrt(first * first - fall * rise);
    return low + width * (1 - (rise + second - first) / (rise - fall + 2 * second));
  }
}
