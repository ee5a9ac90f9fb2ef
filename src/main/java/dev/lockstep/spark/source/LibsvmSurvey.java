package dev.lockstep.spark.source;

/** Finds the largest feature index. */
final class LibsvmSurvey implements LineSurvey {
  private static final long serialVersionUID = 1L;

  private final int features;
  private int largest;
  private transient LibsvmLine line;

  /** A survey for a fixed number of features, 0 for as many as there are. */
  LibsvmSurvey(int features) {
    this.features = features;
  }

  @Override
  public LineSurvey fresh() {
    return new LibsvmSurvey(features);
  }

  @Override
  public boolean accept(byte[] bytes, int length) throws BadLineException {
    if (line == null) {
      line = new LibsvmLine(features);
    }
    if (!line.read(bytes, length)) {
      return false;
    }
    largest = Math.max(largest, line.largestIndex());
    return true;
  }

  @Override
  public void add(LineSurvey other) {
    largest = Math.max(largest, ((LibsvmSurvey) other).largest);
  }

  @Override
  public LineTable table() {
    return new LibsvmTable(features > 0 ? features : Math.max(1, largest), true, true);
  }
}
