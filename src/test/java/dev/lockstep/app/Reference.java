package dev.lockstep.app;

/**
 * What a run has to reach.
 *
 * @param file the run file
 * @param overrides {@code key=value}, separated by blanks
 * @param scores {@code metric=score}, separated by blanks
 * @param origin where the scores are from
 */
record Reference(String file, String overrides, String scores, String origin) {
  private static final String SEARCH = "search-";
  private static final String NETWORK = "(mlp|cnn|lstm|gru|transformer|gpt|distill)-";
  private static final String GPT = "gpt-";

  static boolean isText(String file) {
    return file.startsWith(GPT);
  }

  static boolean isSearch(String file) {
    return file.startsWith(SEARCH);
  }

  @Override
  public String toString() {
    return (file + " " + overrides).strip();
  }

  String data() {
    return file.replace(".conf", "").replaceFirst("^(" + SEARCH + "|" + NETWORK + ")", "");
  }

  /** A text for a language model is cut in two, not in three. */
  String part() {
    return isText(file) ? "validation" : "test";
  }

  String command() {
    return isSearch(file) ? "tune" : "train";
  }
}
