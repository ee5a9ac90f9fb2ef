package dev.lockstep.app.report;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.train.store.OwnedRun;
import dev.lockstep.train.store.RunDescription;
import dev.lockstep.train.store.RunDirectory;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;

/** The directory of a training of made-up numbers, written by the store that real ones use. */
final class SampleRun {
  private static final int STEPS_OF_EPOCH = 500;

  private SampleRun() {}

  /**
   * Writes a run.
   *
   * @param suffix stands at the end of every name and text
   */
  static RunDirectory write(Path folder, int epochs, String suffix) {
    RunDirectory directory = RunDirectory.at(folder.toString(), new Configuration());
    Map<String, Object> configuration = new LinkedHashMap<>();
    configuration.put("name", "flowers" + suffix);
    configuration.put("seed", 7);
    configuration.put("train", Map.of("early_stopping", Map.of("metric", "log_loss")));
    configuration.put("data", Map.of("label", "kind" + suffix));
    RunDescription description =
        RunDescription.of(
            configuration,
            16,
            Map.of("lockstep", "0.1.0", "java", "17", "spark", "4.1.0"),
            List.of(new RunDescription.InputFile("a.csv" + suffix, 12_345, 1_700_000_000_000L)));
    try (OwnedRun run = directory.claim()) {
      run.begin(description, 2);
      run.resume();
      Random random = new Random(3);
      for (int epoch = 1; epoch <= epochs; epoch++) {
        epoch(run, epoch, suffix, random);
        run.save((long) epoch * STEPS_OF_EPOCH, List.of(), SampleStudy.JSON.createObjectNode());
      }
    }
    return directory;
  }

  private static void epoch(OwnedRun run, int epoch, String suffix, Random random) {
    for (int i = 10; i <= STEPS_OF_EPOCH; i += 10) {
      double step = (epoch - 1) * STEPS_OF_EPOCH + i;
      ObjectNode line = SampleStudy.JSON.createObjectNode().put("kind", "step");
      line.put("step", (long) step).put("epoch", epoch).put("rows", 64);
      line.put("loss", 0.8 + Math.exp(-step / 300) + 0.1 * random.nextGaussian());
      line.put("gradient_norm", 0.3 + 0.1 * random.nextDouble());
      run.log(line.put("learning_rate", 0.01 / epoch));
    }
    ObjectNode line = SampleStudy.JSON.createObjectNode().put("kind", "epoch").put("epoch", epoch);
    line.put("step", (long) epoch * STEPS_OF_EPOCH).put("loss", 0.8 + 0.3 / epoch);
    ObjectNode validation = line.putObject("validation");
    validation.put("loss", 0.82 + 0.2 / epoch).put("log_loss", 0.82 + 0.2 / epoch);
    validation.put("accuracy", 0.7 - 0.1 / epoch).put("auc" + suffix, 0.9 - 0.1 / epoch);
    run.log(line);
  }
}
