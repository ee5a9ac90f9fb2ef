package dev.lockstep.train.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** The least that uses everything of a run: what {@code lockstep train} does with its output. */
final class TinyTraining {
  static final int STEPS = 6;
  static final int INTERVAL = 2;
  static final Ownership.Timing TIMING = new Ownership.Timing(3_600_000, 20, 1);

  private TinyTraining() {}

  static RunDescription description() {
    ObjectNode configuration = Json.object().put("seed", 7).put("name", "tiny");
    return new RunDescription(
        configuration, 4, Map.of("java", "17"), List.of(new RunDescription.InputFile("a", 1, 2)));
  }

  /**
   * Runs or continues the training; the warnings of its resume.
   *
   * @param computed counts the steps
   */
  static List<String> run(CommitStore store, AtomicInteger computed) {
    RunDirectory directory = new RunDirectory(store);
    if (directory.result().isPresent()) {
      return List.of("already done");
    }
    try (OwnedRun run = directory.claim(TIMING)) {
      run.begin(description(), 2);
      Checkpoints.Found found = run.resume();
      float[] params =
          found.checkpoint().map(c -> c.tensors().get("params").floats()).orElse(new float[500]);
      double[] slot =
          found.checkpoint().map(c -> c.tensors().get("slot").doubles()).orElse(new double[3]);
      for (int step = found.checkpoint().map(c -> (int) c.step()).orElse(0); step < STEPS; ) {
        advance(params, slot, step++);
        computed.incrementAndGet();
        run.log(Json.object().put("step", step).put("loss", slot[0]));
        if (step % INTERVAL == 0) {
          run.save(
              step,
              List.of(Tensor.of("params", params), Tensor.of("slot", slot)),
              Json.object().put("epoch", step / 2));
        }
      }
      run.log(Json.object().put("test", slot[1]));
      run.saveModel(
          Json.object().put("kind", "tiny"),
          List.of(Tensor.of("params", params)),
          Map.of(),
          uri -> {
            String scratch = uri.substring(uri.indexOf(OwnedRun.SCRATCH + "/"));
            run.store().write(scratch + "/part-0", out -> out.write(1));
          });
      run.finish(Json.object().put("status", "done").put("sha", Sha256.of(params)));
      return found.warnings();
    }
  }

  private static void advance(float[] params, double[] slot, int step) {
    for (int i = 0; i < params.length; i++) {
      params[i] = params[i] * 0.9f + (float) Math.sqrt(i + step);
    }
    for (int i = 0; i < slot.length; i++) {
      slot[i] = slot[i] / 3 + params[i];
    }
  }

  /** Everything that a user sees of a finished run, and must be the same after any fault. */
  static List<String> seen(CommitStore store) {
    List<String> seen = new ArrayList<>();
    seen.add(new RunDirectory(store).result().orElseThrow().toString());
    for (String name : store.list("metrics")) {
      seen.add(name + " " + text(store, "metrics/" + name));
    }
    ModelDirectory.Content model = new RunDirectory(store).model().read();
    seen.add(model.description() + Sha256.of(model.tensors().get("params").floats()));
    seen.addAll(store.files("model"));
    return seen;
  }

  private static String text(CommitStore store, String path) {
    return new String(
        store.read(path, 1 << 20).orElseThrow(), java.nio.charset.StandardCharsets.UTF_8);
  }
}
