package dev.lockstep.torch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.data.Augmentation;
import dev.lockstep.data.Schema;
import dev.lockstep.loss.SoftmaxLoss;
import dev.lockstep.model.Model;
import dev.lockstep.optim.Adam;
import dev.lockstep.optim.Constant;
import dev.lockstep.optim.GradientTransforms;
import dev.lockstep.optim.Lbfgs;
import dev.lockstep.optim.Optimizer;
import dev.lockstep.optim.Owlqn;
import dev.lockstep.optim.Regularization;
import dev.lockstep.train.MemberSettings;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Networks whose loss is another function in each round, and the optimizers that refuse them. */
class DrawsTest {
  private static final Schema CLASSES =
      new Schema(List.of(), 6, List.of("y"), List.of("a", "b", "c"));
  private static final Schema TEXTS =
      new Schema(List.of(), 6, List.of("y"), List.of("a", "b", "c"), List.of(), List.of(), 9);

  private static Model script(String scores) {
    String forward = "h = torch.linear(x, self.w)\nreturn " + scores;
    return TorchScript.DEFAULTS.of(new ScriptSource(forward).parameter("w", 3, 6).bytes());
  }

  private static Mlp mlp(double dropout) {
    return new Mlp(
        List.of(5), Activation.Function.RELU, dropout, Mlp.Between.NONE, new SoftmaxLoss());
  }

  private static Transformer transformer(double dropout) {
    return new Transformer(
        1,
        2,
        8,
        2,
        Positions.Of.LEARNED,
        Activation.Function.RELU,
        true,
        Take.Of.MEAN,
        dropout,
        new SoftmaxLoss());
  }

  private static Network attention(double dropout) {
    return new Network(
        List.of(
            new Embedding(8, 1),
            new Attention(2, false, dropout, true),
            new Take(Take.Of.MEAN),
            new Dense(3)),
        new SoftmaxLoss());
  }

  private static void check(Model plain, Model dropping, Schema schema) {
    assertThat(plain.draws(schema)).isFalse();
    assertThat(dropping.draws(schema)).isTrue();
    for (Optimizer solver : List.of(Lbfgs.DEFAULTS, Owlqn.DEFAULTS)) {
      assertThat(member(solver).problems(plain, schema)).isEmpty();
      assertThat(member(solver).problems(dropping, schema))
          .singleElement()
          .asString()
          .contains("a line search", "dropout changes it from round to round");
    }
    assertThat(member(Adam.DEFAULTS).problems(dropping, schema)).isEmpty();
  }

  private static MemberSettings member(Optimizer optimizer) {
    return new MemberSettings(
        optimizer, Constant.DEFAULTS, Regularization.DEFAULTS, GradientTransforms.DEFAULTS, 0);
  }

  @Test
  void lineSearchesRefuseDropoutWhereverItIs() {
    check(mlp(0), mlp(0.5), CLASSES);
    check(transformer(0), transformer(0.1), TEXTS);
    check(attention(0), attention(0.1), TEXTS);
    check(regimen(mlp(0)), regimen(mlp(0.5)), CLASSES);
    check(script("h"), script("torch.dropout(h, 0.5, self.training)"), CLASSES);
  }

  @Test
  void lineSearchesTakeBuffersThatAreFrozen() {
    String scaled = "return torch.linear(x * self.scale, self.w)";
    TorchScript module =
        TorchScript.DEFAULTS.of(
            new ScriptSource(scaled).parameter("w", 3, 6).buffer("scale", 6).bytes());
    Mlp normalizing =
        new Mlp(List.of(5), Activation.Function.RELU, 0, Mlp.Between.BATCH, new SoftmaxLoss());
    checkBuffers(module, "scale", "scale");
    checkBuffers(normalizing, "1.running_mean", "1.running_*");
  }

  private static void checkBuffers(NativeModel network, String first, String all) {
    Regimen frozen = new Regimen(network, List.of(all), 64, ComputeFormat.FLOAT32);
    for (Optimizer solver : List.of(Lbfgs.DEFAULTS, Owlqn.DEFAULTS)) {
      assertThat(member(solver).problems(network, CLASSES))
          .singleElement()
          .asString()
          .contains("a line search", "buffers such as " + first + " may change", "model.freeze");
      assertThat(member(solver).problems(frozen, CLASSES)).isEmpty();
    }
    assertThat(frozen.problems(CLASSES)).isEmpty();
    assertThat(member(Adam.DEFAULTS).problems(network, CLASSES)).isEmpty();
  }

  @Test
  void lineSearchesRefuseImagesThatVary() {
    Schema images =
        new Schema(
            List.of(),
            6,
            List.of("y"),
            List.of("a", "b", "c"),
            List.of(),
            List.of(1, 2, 3),
            0,
            List.of(),
            new Augmentation(0.5, 0, List.of(0f)));
    assertThat(member(Lbfgs.DEFAULTS).problems(mlp(0), images))
        .singleElement()
        .asString()
        .contains("data.augment changes it from round to round");
    assertThat(member(Adam.DEFAULTS).problems(mlp(0), images)).isEmpty();
  }

  private static Regimen regimen(NativeModel network) {
    return new Regimen(network, List.of("0.bias"), 64, ComputeFormat.FLOAT32);
  }
}
