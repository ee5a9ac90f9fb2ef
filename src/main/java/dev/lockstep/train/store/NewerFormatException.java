package dev.lockstep.train.store;

/** A file is intact but of a format that this release does not know. */
public final class NewerFormatException extends IntegrityException {
  private static final long serialVersionUID = 1L;

  NewerFormatException(String where, int format, int known) {
    super(
        "%s: is of format %d, this release reads up to %d; use the release that wrote it, or a newer one"
            .formatted(where, format, known));
  }
}
