package dev.lockstep.train.store;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A run's own copies of the models that it starts from, in {@code init/}: with them it goes on,
 * whatever becomes of the others. For one thread.
 */
public final class InitialCopies {
  private static final String DIRECTORY = "init";

  private final CommitStore store;
  private final boolean growing;
  private List<String> expected = List.of();

  /**
   * The copies of a run.
   *
   * @param store the run's directory; of a run that is owned if copies are made
   * @param growing whether it may come to a model after it has begun, as a search does that varies
   *     them
   */
  public InitialCopies(CommitStore store, boolean growing) {
    this.store = store;
    this.growing = growing;
  }

  /** Takes which copies there must be once the run has begun. */
  public void expect(Collection<String> names) {
    expected = List.copyOf(names);
  }

  /**
   * The copy that a run goes on with; empty if it may still make one.
   *
   * @param name of the copy, among others
   * @throws IntegrityException if it is missing, or another that is expected, though something was
   *     trained already
   */
  public Optional<ModelDirectory> kept(String name) {
    if (store.size(RunDirectory.RUN).isEmpty()) {
      return Optional.empty();
    }
    for (String other : expected) {
      if (!at(other).isCommitted()) {
        throw missing(at(other));
      }
    }
    ModelDirectory copy = at(name);
    if (copy.isCommitted()) {
      return Optional.of(copy);
    }
    boolean trained = Checkpoints.isAnyCommitted(store, Checkpoints.DIRECTORY);
    if (!growing && (trained || new RunDirectory(store).hasStudy())) {
      throw missing(copy);
    }
    return Optional.empty();
  }

  private ModelDirectory at(String name) {
    return new ModelDirectory(store, DIRECTORY + "/" + name);
  }

  private static IntegrityException missing(ModelDirectory copy) {
    return new IntegrityException(
        copy.where()
            + ": is missing, though the run has begun: it was deleted, or the run is of a release"
            + " that made no such copy and read rows in another way; restore it, or give another"
            + " output or --run-id");
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
    return kept(name).orElseGet(() -> made(at(name), original.get()));
  }

  private static ModelDirectory made(ModelDirectory copy, ModelDirectory model) {
    return IntegrityException.advising(
        ModelDirectory.DAMAGED,
        () -> {
          model.copyTo(copy);
          return copy;
        });
  }
}
