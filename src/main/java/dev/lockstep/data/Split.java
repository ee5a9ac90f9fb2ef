package dev.lockstep.data;

/** The part of the data a row belongs to. */
public enum Split {
  TRAIN,
  VALIDATION,
  TEST
}
