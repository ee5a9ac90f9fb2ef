package dev.lockstep.app;

/** A study was asked to stop; what it has found is in its journal. */
final class StudyStoppedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  StudyStoppedException() {
    super("the study was asked to stop");
  }
}
