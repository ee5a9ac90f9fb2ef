package dev.lockstep.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.data.Schema;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Modules that cannot be trained, each with its sentence. */
class ScriptRefusalTest {
  private static final Schema SCHEMA =
      new Schema(List.of(), 6, List.of("y"), List.of("a", "b", "c"));
  private static final Schema TOKENS =
      new Schema(List.of(), 6, List.of("y"), List.of("a", "b", "c"), List.of(), List.of(), 12);

  private static ScriptSource source(String forward) {
    return new ScriptSource(forward).parameter("w", 3, 6);
  }

  private static List<String> problems(ScriptSource source, Schema schema) {
    return TorchScript.DEFAULTS.of(source.bytes()).problems(schema);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          return torch.linear(x, self.w)[:, :2]                 | gives Float [3, 2] for an input of Float [3, 6], the loss needs Float [3, 3]: end its forward with 3 float32 scores a row
          return torch.linear(x, self.w).double()               | gives Double [3, 3]
          return (torch.linear(x, self.w), x)                   | gives a value of type Tuple, must give one tensor of scores
          return torch.linear(x[:, :5], self.w)                 | fails on an input of Float [3, 6]: mat1 and mat2 shapes cannot be multiplied
          return torch.linear(x, self.w).view(3, 3)             | fails on an input of Float [2, 6]: shape '[3, 3]' is invalid
          return torch.linear(x * (x.long() + 1), self.w)[:, 0] | gives Float [3] for an input of Float [3, 6], the loss needs Float [3, 3]
          return torch.dropout(torch.linear(x, self.w), 0.5, True) | draws random numbers when it is evaluated: in a scripted module, give F.dropout training=self.training
          return torch.linear(x, self.w.detach())               | gives scores that have no gradient
          """)
  void aModuleThatCannotBeTrainedIsToldWhy(String forward, String sentence) {
    assertThat(problems(source(forward), SCHEMA))
        .singleElement()
        .asString()
        .startsWith("model.path model.pt " + sentence);
  }

  @Test
  void aModuleThatKeepsSomethingBetweenPassesIsRefused() {
    ScriptSource counting =
        source("self.count.add_(1)\nreturn torch.linear(x, self.w) * self.count");
    assertThat(problems(counting.counting(), SCHEMA))
        .singleElement()
        .asString()
        .contains("changes its buffers when it is evaluated");
    ScriptSource moving = source("self.b.add_(1)\nreturn torch.linear(x, self.w) * self.b");
    assertThat(problems(moving.buffer("b", 1), SCHEMA))
        .singleElement()
        .asString()
        .contains("changes its buffers when it is evaluated");
  }

  @Test
  void aModuleThatComputesWithACountOfPassesIsRefused() {
    String cumulative =
        """
        if self.training:
          self.count.add_(1)
          self.b.add_((torch.mean(x) - self.b) / self.count)
        return torch.linear(x, self.w) - self.b
        """;
    assertThat(problems(source(cumulative).buffer("b", 1).counting(), SCHEMA))
        .singleElement()
        .asString()
        .contains("depends on how many passes there were, as BatchNorm with momentum=None does");
    String moving = cumulative.replace("/ self.count", "/ 10");
    assertThat(problems(source(moving).buffer("b", 1).counting(), SCHEMA)).isEmpty();
  }

  @Test
  void tokensAreIdsOfWhichTheHighestIsTried() {
    ScriptSource fits =
        new ScriptSource("return torch.embedding(self.e, x).sum(1)").parameter("e", 12, 3);
    assertThat(problems(fits, TOKENS)).isEmpty();
    ScriptSource sparse =
        new ScriptSource("return torch.embedding(self.e, x, -1, False, True).sum(1)");
    assertThat(problems(sparse.parameter("e", 12, 3), TOKENS)).isEmpty();
    ScriptSource small =
        new ScriptSource("return torch.embedding(self.e, x).sum(1)").parameter("e", 11, 3);
    assertThat(problems(small, TOKENS))
        .singleElement()
        .asString()
        .contains("fails on an input of Long [3, 6], ids below 12: index out of range");
  }

  @Test
  void whatIsNoModuleIsRefused() {
    assertThatThrownBy(() -> TorchScript.DEFAULTS.of("kind = mlp".getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("path model.pt is no module of TorchScript (");
    byte[] none = new ScriptSource("return x[:, :3]").bytes();
    assertThatThrownBy(() -> TorchScript.DEFAULTS.of(none))
        .hasMessageContaining("has no parameters to train");
    byte[] counted = new ScriptSource("return x[:, :3]").counting().bytes();
    assertThatThrownBy(() -> TorchScript.DEFAULTS.of(counted))
        .hasMessageContaining("has no parameters to train");
  }
}
