package dev.lockstep.process;

import dev.lockstep.data.Batch;
import dev.lockstep.data.Schema;
import dev.lockstep.math.RandomKey;
import dev.lockstep.model.GradientSum;
import dev.lockstep.model.Parameters;
import dev.lockstep.model.Replica;
import dev.lockstep.train.LogisticModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Logistic regression whose workers fail a number of times, and else compute what it does.
 *
 * @param fault what a worker does in place of a gradient
 * @param times how often, over all workers
 * @param folder where the times are counted, by files; empty at first
 */
public record FaultyModel(Fault fault, int times, String folder) implements LogisticModel {

  /** How a worker fails. */
  public enum Fault {
    /** Its task throws. */
    THROW,
    /** Its process ends. */
    EXIT,
    /** Its heap is exhausted. */
    EXHAUST
  }

  @Override
  public Replica open(Schema schema) {
    return new FaultyReplica(MODEL.open(schema), this);
  }

  private record FaultyReplica(Replica replica, FaultyModel model) implements Replica {
    @Override
    public void accumulate(Parameters params, Batch batch, RandomKey key, GradientSum into) {
      // A parameter that has moved: not in the first step, so that the gang has been complete.
      if (params.values()[0] != 0 && model.claims()) {
        model.fail();
      }
      replica.accumulate(params, batch, key, into);
    }

    @Override
    public void predict(Parameters params, Batch batch, float[] scores) {
      replica.predict(params, batch, scores);
    }

    @Override
    public void close() {
      replica.close();
    }
  }

  /** Whether it is this worker's turn: who creates a file has its number. */
  private boolean claims() {
    for (int time = 0; time < times; time++) {
      try {
        Files.createFile(Path.of(folder, "fault-" + time));
        return true;
      } catch (FileAlreadyExistsException e) {
        continue;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return false;
  }

  private void fail() {
    switch (fault) {
      case THROW -> throw new IllegalStateException("a fault of the test");
      case EXIT -> Runtime.getRuntime().exit(3);
      case EXHAUST -> {
        List<byte[]> all = new ArrayList<>();
        while (true) {
          all.add(new byte[1 << 28]);
        }
      }
    }
  }
}
