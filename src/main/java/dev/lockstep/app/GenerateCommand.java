package dev.lockstep.app;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.config.ConfigException;
import dev.lockstep.data.Schema;
import dev.lockstep.loss.Loss.Task;
import dev.lockstep.math.RandomKey;
import dev.lockstep.spark.encode.Encoding;
import dev.lockstep.spark.prepare.TextTokens;
import dev.lockstep.spark.prepare.Vocabulary;
import dev.lockstep.spark.run.LockstepSession;
import dev.lockstep.torch.Generator;
import dev.lockstep.torch.NativeModel;
import dev.lockstep.torch.Sampling;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code lockstep generate}. */
@Command(
    name = "generate",
    mixinStandardHelpOptions = true,
    description =
        "Continues a text by a trained language model; the same seed gives the same text.")
final class GenerateCommand implements LockstepCommand {
  private static final int MOST_TOKENS = 1_000_000;

  @Option(
      names = "--model",
      required = true,
      paramLabel = "DIR",
      description = "The directory of a model that was trained with loss = next_token.")
  private String model;

  @Option(
      names = "--prompt",
      required = true,
      paramLabel = "TEXT",
      description = "What is continued: at least one token that the model knows.")
  private String prompt;

  @Option(
      names = "--tokens",
      paramLabel = "N",
      description = "How many tokens follow; by default 200.")
  private int tokens = 200;

  @Option(
      names = "--temperature",
      paramLabel = "T",
      description =
          "Divides the scores: below 1 the likely become likelier, 0 always takes the likeliest; by"
              + " default 0.8.")
  private double temperature = 0.8;

  @Option(
      names = "--top-k",
      paramLabel = "K",
      description = "Draws from the K likeliest tokens only; by default from all.")
  private int topK;

  @Option(names = "--seed", paramLabel = "SEED", description = "Fixes all draws; by default 0.")
  private long seed;

  @Mixin private CommonOptions options = new CommonOptions();

  @Override
  public String subject() {
    return model;
  }

  @Override
  public CommonOptions options() {
    return options;
  }

  @Override
  public Outcome run(StopSignal stop, PrintStream out) {
    if (tokens < 1 || tokens > MOST_TOKENS) {
      throw new UsageException(
          "--tokens must be from 1 to %d, is %d".formatted(MOST_TOKENS, tokens));
    }
    Sampling sampling = sampling();
    TrainedModel trained = TrainedModel.read(model);
    if (!(trained.settings().model() instanceof NativeModel network)
        || network.loss().task() != Task.NEXT_TOKEN) {
      throw new ConfigException(
          model + " holds no language model: train one with model.loss = next_token");
    }
    try (LockstepSession session = LockstepSession.start("generate", options.master())) {
      Encoding encoding = trained.encoding(session);
      Vocabulary texts = encoding.tokens().orElseThrow().known();
      Schema schema = encoding.schema();
      String text;
      try (Generator generator = network.generator(schema, trained.flat(schema), session.gpu())) {
        text = text(generator, texts, sampling);
      }
      out.println(prompt + text);
      ObjectNode result = Results.object().put("status", Results.FINISHED);
      return new Outcome(ExitCode.DONE, result.put("prompt", prompt).put("text", text));
    }
  }

  private Sampling sampling() {
    try {
      return new Sampling(temperature, topK);
    } catch (IllegalArgumentException e) {
      throw new UsageException("--" + e.getMessage());
    }
  }

  private String text(Generator generator, Vocabulary texts, Sampling sampling) {
    List<Integer> ids = new ArrayList<>();
    texts.ids(prompt, ids::add);
    if (ids.isEmpty()) {
      throw new UsageException("--prompt must have at least one token, is \"" + prompt + "\"");
    }
    texts
        .firstUnknown(prompt)
        .ifPresent(
            token -> {
              throw new UsageException(
                  "--prompt has \"%s\", which the text that the model learned from has not"
                      .formatted(token));
            });
    RandomKey key = RandomKey.of(seed).child("generate");
    return texts.text(generator.follow(ids, tokens, TextTokens.FIRST_KNOWN, sampling, key), true);
  }
}
