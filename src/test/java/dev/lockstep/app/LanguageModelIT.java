package dev.lockstep.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A language model from its text to the text that it writes. */
class LanguageModelIT {
  /** Only its first letter cannot be foreseen. */
  private static final String SENTENCE = "the cat sat on my mat, ";

  @TempDir private Path folder;

  private String conf(String more) throws IOException {
    Files.writeString(folder.resolve("text.txt"), SENTENCE.repeat(60));
    Path conf = folder.resolve("cats.conf");
    String source =
        "{ format = windows, path = \"%s\", context = 16".formatted(folder + "/text.txt");
    Files.writeString(
        conf,
        """
        seed = 3
        data {
          source            %s, stride = 5, to = 0.8 }
          validation_source %s, from = 0.8 }
          split { validation = 0, test = 0 }
        }
        model     { kind = transformer, loss = next_token, layers = 1, heads = 2, width = 16, dropout = 0.05 }
        optimizer { kind = adamw, learning_rate = 0.01 }
        train     { batch_size = 16, steps = 120 }
        output = "%s"
        %s
        """
            .formatted(source, source, folder.resolve("run"), more));
    return conf.toString();
  }

  private CommandLineRun run(String... args) {
    List<String> all = new ArrayList<>(List.of(args));
    all.addAll(List.of("--result-file", folder.resolve("result.json").toString()));
    return CommandLineRun.of(all.toArray(String[]::new));
  }

  private JsonNode result() throws IOException {
    return new ObjectMapper().readTree(folder.resolve("result.json").toFile());
  }

  private JsonNode trained(String conf, String master, String id) throws IOException {
    CommandLineRun run = run("train", conf, "--master", master, "--run-id", id);
    assertThat(run.code()).as(run.text()).isZero();
    return result();
  }

  private String generated(String model, String... more) throws IOException {
    return followed("the cat ", model, more);
  }

  private String followed(String prompt, String model, String... more) throws IOException {
    List<String> args = new ArrayList<>(List.of("generate", "--model", model));
    args.addAll(List.of("--master", "local[1]", "--prompt", prompt));
    args.addAll(List.of(more));
    CommandLineRun run = run(args.toArray(String[]::new));
    assertThat(run.code()).as(run.text()).isZero();
    String text = result().path("text").asText();
    assertThat(run.out()).contains(prompt + text);
    return text;
  }

  @Test
  void aTextIsLearnedJudgedAndContinuedWithTheSameBitsOnAnyCores() throws IOException {
    String conf = conf("");
    JsonNode one = trained(conf, "local[1]", "one");
    JsonNode two = trained(conf, "local[2]", "two");
    assertThat(two.path("parameters_sha256")).isEqualTo(one.path("parameters_sha256"));
    assertThat(two.path("metrics")).isEqualTo(one.path("metrics"));
    JsonNode validation = two.path("metrics").path("validation");
    double loss = validation.path("loss").asDouble();
    assertThat(loss).isBetween(0.0, 0.25);
    assertThat(validation.path("perplexity").asDouble()).isEqualTo(StrictMath.exp(loss));

    String model = folder.resolve("run/two/model").toString();
    CommandLineRun evaluated =
        run("evaluate", conf, "--model", model, "--split", "validation", "--master", "local[2]");
    assertThat(evaluated.code()).as(evaluated.text()).isZero();
    assertThat(result().path("metrics").path("validation").path("loss"))
        .isEqualTo(validation.path("loss"));

    String likeliest = generated(model, "--temperature", "0", "--tokens", "40");
    assertThat(SENTENCE.repeat(4)).startsWith("the cat " + likeliest);
    String drawn = generated(model, "--seed", "1", "--tokens", "60", "--temperature", "2");
    assertThat(drawn).hasSize(60);
    assertThat(generated(model, "--seed", "1", "--tokens", "60", "--temperature", "2"))
        .isEqualTo(drawn);
    assertThat(generated(model, "--seed", "2", "--tokens", "60", "--temperature", "2"))
        .isNotEqualTo(drawn);

    Path scores = folder.resolve("scores");
    CommandLineRun predicted =
        run(
            "predict",
            conf,
            "--model",
            model,
            "--output",
            scores.toString(),
            "--master",
            "local[2]");
    assertThat(predicted.code()).as(predicted.text()).isZero();
    try (var files = Files.list(scores)) {
      String csv =
          Files.readString(
              files.filter(f -> f.toString().endsWith(".csv")).findFirst().orElseThrow());
      assertThat(csv).startsWith("loss,tokens");
    }
    refused(model);
  }

  @Test
  void aTextIsLearnedByTheTokensThatItsBytesMergeTo() throws IOException {
    String conf = conf("data { source.unit = byte_pairs, validation_source.unit = byte_pairs }");
    JsonNode trained = trained(conf, "local[2]", "pairs");
    double loss = trained.path("metrics").path("validation").path("loss").asDouble();
    assertThat(loss).isBetween(0.0, 0.25);
    String model = folder.resolve("run/pairs/model").toString();
    String likeliest = followed(" the cat", model, "--temperature", "0", "--tokens", "20");
    assertThat(likeliest.length()).as("merges make words of bytes").isGreaterThan(60);
    assertThat(SENTENCE.repeat(6)).startsWith("the cat" + likeliest);
    CommandLineRun unseen =
        run("generate", "--model", model, "--prompt", "th\u00e9", "--master", "local[1]");
    assertThat(unseen.code()).as(unseen.text()).isZero();
  }

  private void refused(String model) {
    CommandLineRun unknown =
        run("generate", "--model", model, "--prompt", "thé", "--master", "local[1]");
    assertThat(unknown.code()).isEqualTo(64);
    assertThat(unknown.last())
        .contains("--prompt has \"é\", which the text that the model learned from has not");
    assertThat(run("generate", "--model", model, "--prompt", "t", "--tokens", "0").code())
        .isEqualTo(64);
    assertThat(run("generate", "--model", model, "--prompt", "t", "--top-k", "-1").last())
        .contains("--top-k must be 0 or above, is -1");
    assertThat(run("generate", "--model", folder + "/none", "--prompt", "t").code()).isEqualTo(66);
  }

  @Test
  void windowsHaveNoLabelAndOtherLossesNeedOne() throws IOException {
    CommandLineRun label = run("train", conf("data.label = y"), "--master", "local[1]");
    assertThat(label.code()).isEqualTo(78);
    assertThat(label.text()).contains("label must be left out, is [y]: the source has none");
    CommandLineRun loss = run("train", conf("model.loss = cross_entropy"), "--master", "local[1]");
    assertThat(loss.code()).isEqualTo(78);
    assertThat(loss.text()).contains("windows of a text have none: use next_token");
    CommandLineRun unused =
        run("train", conf("data.offset = y, model.take = last"), "--master", "local[1]");
    assertThat(unused.code()).isEqualTo(78);
    assertThat(unused.text()).contains("take = last has no effect with loss = next_token");
    CommandLineRun offset = run("train", conf("data.offset = y"), "--master", "local[1]");
    assertThat(offset.code()).isEqualTo(78);
    assertThat(offset.text()).contains("offset has no effect with model.loss = next_token");
  }
}
