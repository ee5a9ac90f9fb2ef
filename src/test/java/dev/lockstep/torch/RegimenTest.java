package dev.lockstep.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.config.Binder;
import dev.lockstep.config.ConfigException;
import dev.lockstep.config.Document;
import dev.lockstep.config.Rendering;
import dev.lockstep.data.Batch;
import dev.lockstep.data.Layout;
import dev.lockstep.data.Layout.Role;
import dev.lockstep.data.Layout.Slice;
import dev.lockstep.data.Schema;
import dev.lockstep.loss.Losses;
import dev.lockstep.loss.SoftmaxLoss;
import dev.lockstep.model.GradientSum;
import dev.lockstep.model.Model;
import dev.lockstep.model.Parameters;
import dev.lockstep.model.Replica;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Settings that networks of every kind share. */
class RegimenTest {
  private static final Binder BINDER =
      new Binder(List.of(Networks.REGISTRY, Layers.REGISTRY, Losses.REGISTRY));
  private static final Schema CLASSES =
      new Schema(List.of(), 6, List.of("y"), List.of("a", "b", "c"));
  private static final int ROWS = 300;
  private static final NetworkCase CASE =
      NetworkCase.around(
          "rows", new Activation(Activation.Function.TANH), Dims.of(6), ROWS, new SoftmaxLoss());
  private static final Network NETWORK = new Network(CASE.plan().layers(), CASE.loss());
  private static final float[] PARAMS = CASE.params(1, NetworkCase.KEY.child("params"));

  /** A section of a run file that names a network. */
  record Section(Model model) {}

  private static Model read(String text) {
    Document document = Document.read("model { " + text + " }", "a.conf", List.of());
    return BINDER.bind(document, Section.class).model();
  }

  private static GradientSum sum(Model model, int to) {
    GradientSum into = new GradientSum(1, CASE.size(), false);
    try (Replica replica = model.open(CLASSES)) {
      Parameters params = new Parameters(1, CASE.size(), PARAMS);
      replica.accumulate(params, new Batch(CASE.block(), 0, to), NetworkCase.KEY, into);
    }
    return into;
  }

  @Test
  void everyKindTakesTheSettingsAndIsItselfWithoutThem() {
    for (String kind : Networks.REGISTRY.kinds().keySet()) {
      String named = kind + (kind.equals("torchscript") ? ", path = model.pt" : "");
      Model plain = read("kind = " + named);
      assertThat(plain).isEqualTo(Networks.REGISTRY.defaults(kind));
      Model set =
          read(
              "kind = %s, freeze = \"0.*\", micro_batch = 64, compute = bf16, device = cpu"
                  .formatted(named));
      assertThat(set)
          .isEqualTo(
              new Regimen((NativeModel) plain, List.of("0.*"), 64, ComputeFormat.BF16, Device.CPU));
      assertThat(Networks.REGISTRY.kindOf(set)).isEqualTo(kind);
      Map<String, Object> rendered = new Rendering(BINDER).map(new Section(set));
      assertThat(BINDER.bind(Document.of(rendered), Section.class)).isEqualTo(new Section(set));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "kind = mlp, compute = fp8    | model.compute must be one of float32, bf16, is fp8",
        "kind = mlp, device = gpu     | model.device must be one of auto, cpu, cuda, is gpu",
        "kind = mlp, micro_batch = 0  | model.micro_batch must be at least 1, is 0",
        "kind = mlp, freze = []       | model.freze is unknown; did you mean freeze?",
        "kind = mlp, freeze = [\"\"]  | model.freeze must name parameters, is []",
        "kind = mlp, hiden = 3        | model.hiden is unknown; did you mean hidden?",
      })
  void whatARunFileGetsWrongIsNamed(String text, String message) {
    assertThatThrownBy(() -> read(text))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(message);
  }

  @Test
  void patternsFreezeWhatTheyMatch() {
    Model mlp =
        read("kind = mlp, hidden = [5, 4], norm = batch, freeze = [\"0.*\", \"*.running_*\"]");
    Layout layout = mlp.layout(CLASSES);
    assertThat(layout.slices().stream().filter(slice -> slice.role() == Role.FROZEN))
        .extracting(Slice::name)
        .containsExactly(
            "0.weight",
            "0.bias",
            "1.running_mean",
            "1.running_var",
            "4.running_mean",
            "4.running_var");
    assertThat(mlp.problems(CLASSES)).isEmpty();
    assertThat(mlp.leastRows(CLASSES)).isEqualTo(1);
    assertThat(mlp.inputUnits(CLASSES)).isEmpty();
    assertThat(read("kind = mlp, freeze = \"2.*\"").inputUnits(CLASSES)).isEmpty();
  }

  @Test
  void patternsThatMatchNothingOrEverythingAreRefused() {
    assertThat(read("kind = mlp, freeze = [\"0.*\", \"2.wieght\"]").problems(CLASSES))
        .containsExactly(
            "model.freeze[1] is 2.wieght, which is the name of no parameter; did you mean"
                + " 2.weight?");
    assertThat(read("kind = mlp, freeze = \"embedding*\"").problems(CLASSES))
        .containsExactly(
            "model.freeze[0] is embedding*, which is the name of no parameter; there are 0.weight,"
                + " 0.bias, 2.weight, 2.bias");
    assertThat(read("kind = mlp, freeze = \"*\"").problems(CLASSES))
        .containsExactly("model.freeze is [*], which leaves nothing to train");
    assertThat(read("kind = mlp, norm = batch, micro_batch = 2").problems(CLASSES))
        .containsExactly("model.micro_batch must be at least 3 with batch normalization, is 2");
  }

  @Test
  void whatIsFrozenHasNoGradientAndTheRestHasItsBits() {
    GradientSum whole = sum(NETWORK, ROWS);
    Regimen head = new Regimen(NETWORK, List.of("0.*", "*.bias"), 256, ComputeFormat.FLOAT32);
    GradientSum some = sum(head, ROWS);
    assertThat(some.lossSums()).isEqualTo(whole.lossSums());
    for (Slice slice : head.layout(CLASSES).slices()) {
      float[] own = Arrays.copyOfRange(some.gradients(), slice.offset(), slice.end());
      float[] wanted = Arrays.copyOfRange(whole.gradients(), slice.offset(), slice.end());
      assertThat(own).isEqualTo(slice.role() == Role.FROZEN ? new float[own.length] : wanted);
    }
  }

  @Test
  void aMicroBatchIsThePassOfABatch() {
    Regimen small = new Regimen(NETWORK, List.of(), 64, ComputeFormat.FLOAT32);
    GradientSum expected = new GradientSum(1, CASE.size(), false);
    for (int from = 0; from < ROWS; from += 64) {
      expected.add(CASE.sum(PARAMS, from, Math.min(ROWS, from + 64)));
    }
    GradientSum found = sum(small, ROWS);
    assertThat(found.gradients()).isEqualTo(expected.gradients());
    assertThat(found.lossSums()).isEqualTo(expected.lossSums());
    assertThat(found.gradients()).isNotEqualTo(sum(NETWORK, ROWS).gradients());
  }
}
