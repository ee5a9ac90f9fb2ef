package dev.lockstep.tune;

/** From which rows means and scales come in cross-validation. */
public enum Encode {
  /** From all training rows, once. */
  SHARED,
  /** From the rows that each fold trains on. */
  PER_FOLD
}
