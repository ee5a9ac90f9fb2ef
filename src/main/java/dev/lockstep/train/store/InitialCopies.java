package dev.lockstep.train.store;

import java.util.function.Supplier;

/**
 * A run's own copies of the models that it starts from, in {@code init/}: with them it goes on,
 * whatever becomes of the others. For one thread.
 */
public final class InitialCopies {
  private static final String DIRECTORY = "init";

  private final OwnedRun run;
  private final boolean growing;

  /**
   * The copies of a run.
   *
   * @param growing whether it may come to a model after it has begun, as a search does that varies
   *     them
   */
  public InitialCopies(OwnedRun run, boolean growing) {
    this.run = run;
    this.growing = growing;
  }

  /**
   * A copy. Until the run has begun, each attempt makes a new one.
   *
   * @param name of the copy, among others
   * @param original asked where there is no copy to go on with
   * @throws IntegrityException if there is none, though something was trained already, or the
   *     original is damaged
   */
  public ModelDirectory copy(String name, Supplier<ModelDirectory> original) {
    CommitStore store = run.store();
    ModelDirectory copy = new ModelDirectory(store, DIRECTORY + "/" + name);
    boolean begun = store.size(RunDirectory.RUN).isPresent();
    if (begun && copy.isCommitted()) {
      return copy;
    }
    if (begun && !growing && (run.hasCheckpoints() || new RunDirectory(store).hasStudy())) {
      throw new IntegrityException(
          copy.where()
              + ": is missing, though the run has begun: it was deleted, or the run is of a release"
              + " that made no such copy and read rows in another way; restore it, or give another"
              + " output or --run-id");
    }
    ModelDirectory model = original.get();
    return IntegrityException.advising(
        "restore the model's directory, or train the model again",
        () -> {
          model.copyTo(copy);
          return copy;
        });
  }
}
