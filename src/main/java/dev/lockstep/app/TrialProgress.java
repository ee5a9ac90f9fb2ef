package dev.lockstep.app;

import dev.lockstep.train.EpochReport;

/** Hears how trials go between the events of their study's journal; from several threads. */
@FunctionalInterface
interface TrialProgress {
  /** A fold of a trial has ended an epoch. */
  void onEpoch(TrialSeat seat, EpochReport report);
}
