package dev.lockstep.app;

import java.util.Optional;

/**
 * The directory of a trained model that another learns from: where it is, and what it holds once it
 * was read. Two of the same place are equal; whether they hold the same is said by a hash beside
 * them.
 */
public final class TeacherDirectory {
  private final String uri;
  private final Optional<TrainedModel> content;

  private TeacherDirectory(String uri, Optional<TrainedModel> content) {
    this.uri = uri;
    this.content = content;
  }

  /**
   * A directory that was not read yet.
   *
   * @param uri any Hadoop URI
   * @throws IllegalArgumentException if the text names none
   */
  public static TeacherDirectory parse(String uri) {
    if (uri.isBlank()) {
      throw new IllegalArgumentException("must name a model directory, is blank");
    }
    return new TeacherDirectory(uri, Optional.empty());
  }

  /** The same with what it holds. */
  TeacherDirectory with(TrainedModel model) {
    return new TeacherDirectory(uri, Optional.of(model));
  }

  /** What it holds. */
  TrainedModel model() {
    return content.orElseThrow(() -> new IllegalStateException(uri + " was not read before use"));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TeacherDirectory directory && directory.uri.equals(uri);
  }

  @Override
  public int hashCode() {
    return uri.hashCode();
  }

  /** The URI. */
  @Override
  public String toString() {
    return uri;
  }
}
