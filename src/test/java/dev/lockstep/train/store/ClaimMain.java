package dev.lockstep.train.store;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/** Claims the runs whose directories it reads from its input, one at a time, and says who won. */
final class ClaimMain {
  private static final Ownership.Timing TIMING = new Ownership.Timing(20, 600_000, 1);

  private ClaimMain() {}

  /** Runs until the input ends. */
  public static void main(String[] args) throws IOException {
    System.out.println("ready");
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    Optional<Ownership> held = Optional.empty();
    for (String run = in.readLine(); run != null; run = in.readLine()) {
      held.ifPresent(Ownership::close);
      held = Optional.empty();
      try {
        held = Optional.of(Ownership.claim(new LocalCommitStore(Path.of(run)), TIMING));
        System.out.println("epoch " + held.get().epoch());
      } catch (RunOwnedException e) {
        System.out.println("owned");
      }
    }
  }
}
