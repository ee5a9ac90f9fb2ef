package dev.lockstep.torch;

import dev.lockstep.data.Layout;
import dev.lockstep.data.Schema;
import dev.lockstep.loss.Distillation;
import dev.lockstep.loss.Loss;
import dev.lockstep.model.Model;
import dev.lockstep.model.Replica;
import dev.lockstep.model.Teacher;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.random.RandomGenerator;

/**
 * A network as workers run it that learns from a teacher beside the labels. It is judged, saved and
 * used as the network alone.
 *
 * @param network any but a language model
 * @param distillation how
 * @param source the teacher, whose outputs are those of the network
 */
public record Student(NativeModel network, Distillation distillation, Teacher source)
    implements Model {
  @Override
  public Optional<Teacher> teacher() {
    return Optional.of(source);
  }

  @Override
  public Replica open(Schema schema) {
    return open(schema, OptionalInt.empty());
  }

  @Override
  public Replica open(Schema schema, OptionalInt gpu) {
    return network.open(schema, network.layout(schema), network.passes(gpu).taught(distillation));
  }

  @Override
  public Loss loss() {
    return network.loss();
  }

  @Override
  public int outputs(Schema schema) {
    return network.outputs(schema);
  }

  @Override
  public Layout layout(Schema schema) {
    return network.layout(schema);
  }

  @Override
  public void initialize(float[] params, Schema schema, RandomGenerator random) {
    network.initialize(params, schema, random);
  }

  @Override
  public boolean wantsRowsShuffled() {
    return network.wantsRowsShuffled();
  }

  @Override
  public boolean augmentsImages() {
    return network.augmentsImages();
  }

  @Override
  public int leastRows(Schema schema) {
    return network.leastRows(schema);
  }

  @Override
  public int coupledRows(Schema schema) {
    return network.coupledRows(schema);
  }

  @Override
  public Optional<String> missing() {
    return network.missing();
  }

  @Override
  public List<String> problems(Schema schema) {
    return network.problems(schema);
  }
}
