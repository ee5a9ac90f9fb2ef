package dev.lockstep.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.config.Binder;
import dev.lockstep.config.ConfigException;
import dev.lockstep.config.Document;
import dev.lockstep.data.Schema;
import dev.lockstep.loss.Losses;
import dev.lockstep.loss.MeanSquaredLoss;
import dev.lockstep.loss.SoftmaxLoss;
import dev.lockstep.model.Model;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class NetworksTest {
  private static final Binder BINDER =
      new Binder(List.of(Networks.REGISTRY, Layers.REGISTRY, Losses.REGISTRY));
  private static final Schema CLASSES =
      new Schema(List.of(), 6, List.of("y"), List.of("a", "b", "c"));
  private static final Schema TWO = new Schema(List.of(), 6, List.of("y"), List.of("a", "b"));
  private static final Schema NUMBERS = new Schema(List.of(), 6, List.of("y", "z"), List.of());

  /** A section of a run file that names a network. */
  record Section(Model model) {}

  private static Model read(String text) {
    Document document = Document.read("model { " + text + " }", "a.conf", List.of());
    return BINDER.bind(document, Section.class).model();
  }

  static Stream<Object> descriptions() throws ReflectiveOperationException {
    return Stream.of(
            Stream.of(Regimen.DEFAULTS),
            Networks.REGISTRY.kinds().keySet().stream().map(Networks.REGISTRY::defaults),
            LayerVariants.all().values().stream())
        .flatMap(each -> each);
  }

  @ParameterizedTest
  @MethodSource("descriptions")
  void descriptionsTravelToTheWorkers(Object description) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(description);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      assertThat(in.readObject()).isEqualTo(description);
    }
  }

  @Test
  void aKindAloneHasItsDefaults() {
    for (String kind : Networks.REGISTRY.kinds().keySet()) {
      String file = kind.equals("torchscript") ? ", path = model.pt" : "";
      assertThat(read("kind = " + kind + file)).isEqualTo(Networks.REGISTRY.defaults(kind));
    }
    for (String kind : Layers.REGISTRY.kinds().keySet()) {
      Network network = (Network) read("kind = network, layers = [{ kind = %s }]".formatted(kind));
      assertThat(network.layers()).containsExactly(Layers.REGISTRY.defaults(kind));
    }
    for (String kind : Losses.REGISTRY.kinds().keySet()) {
      assertThat(read("kind = mlp, loss = " + kind).loss())
          .isEqualTo(read("kind = mlp, loss { kind = %s }".formatted(kind)).loss())
          .isEqualTo(Losses.REGISTRY.defaults(kind));
    }
  }

  @Test
  void everySettingIsReadFromTheRunFile() {
    Network network =
        (Network)
            read(
                """
                kind = network
                layers = [
                  { kind = dense, units = 8, bias = false, init = he }
                  { kind = norm, epsilon = 0.001 }
                  { kind = activation, function = leaky_relu }
                  { kind = dropout, rate = 0.2 }
                  { kind = conv, channels = 4, kernel = [3, 2], stride = 2, padding = [1, 0], init = xavier }
                  { kind = pool, of = mean, size = 3, stride = 2 }
                  { kind = flatten }
                ]
                loss { kind = cross_entropy, label_smoothing = 0.1 }
                """);
    assertThat(network)
        .isEqualTo(
            new Network(
                List.of(
                    new Dense(8, false, Init.HE),
                    new Norm(0.001),
                    new Activation(Activation.Function.LEAKY_RELU),
                    new Dropout(0.2),
                    new Conv(4, List.of(3, 2), List.of(2), List.of(1, 0), true, Init.XAVIER),
                    new Pool(Pool.Of.MEAN, List.of(3), List.of(2)),
                    new Flatten()),
                new SoftmaxLoss(0.1)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "kind = mlp, hidden = [3, 0]              | model.hidden must be at least 1 each, is [3, 0]",
        "kind = mlp, dropout = 1                  | model.dropout must be at least 0 and below 1, is 1",
        "kind = cnn, dropout = 1                  | model.dropout must be at least 0 and below 1, is 1",
        "kind = cnn, kernel = 4                   | model.kernel must be odd and at least 1, is 4",
        "kind = lstm, hidden = []                 | model.hidden must name at least one layer, is []",
        "kind = transformer, heads = 3            | model.width must be a multiple of heads = 3, is 64",
        "kind = transformer, layers = 0           | model.layers must be at least 1, is 0",
        "kind = network, layers = []              | model.layers must name at least one, is []",
        "kind = network, layers = [{kind = dense, units = 0}] | model.layers[0].units must be at least 1",
        "kind = network, layers = [{kind = conv, kernel = [1,2,3]}] | model.layers[0].kernel must be one",
        "kind = network, layers = [{kind = pool, stride = 0}]   | model.layers[0].stride must be one",
        "kind = network, layers = [{kind = norm, epsilon = 0}]  | model.layers[0].epsilon must be above 0",
        "kind = network, layers = [{kind = dense, init = hee}]  | did you mean he?",
        "kind = mlp, loss { kind = cross_entropy, label_smoothing = 1 } | label_smoothing must be from 0",
      })
  void whatARunFileGetsWrongIsNamed(String text, String message) {
    assertThatThrownBy(() -> read(text))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(message);
  }

  @Test
  void anMlpIsItsHiddenLayersAndOneOfScores() {
    Mlp mlp =
        new Mlp(
            List.of(5, 4), Activation.Function.RELU, 0.25, Mlp.Between.LAYER, new SoftmaxLoss());
    Activation relu = new Activation(Activation.Function.RELU);
    assertThat(mlp.layers(3))
        .containsExactly(
            new Dense(5),
            Norm.DEFAULTS,
            relu,
            new Dropout(0.25),
            new Dense(4),
            Norm.DEFAULTS,
            relu,
            new Dropout(0.25),
            new Dense(3));
    assertThat(mlp.layout(CLASSES).slices())
        .extracting(slice -> slice.name() + slice.shape() + slice.penalized())
        .containsExactly(
            "0.weight[5, 6]true",
            "0.bias[5]false",
            "1.weight[5]false",
            "1.bias[5]false",
            "4.weight[4, 5]true",
            "4.bias[4]false",
            "5.weight[4]false",
            "5.bias[4]false",
            "8.weight[3, 4]true",
            "8.bias[3]false");
  }

  @Test
  void theWholeNetworkStartsAsItsInitSays() {
    Cnn cnn = (Cnn) read("kind = cnn, channels = [4], dense = [5], init = he");
    Mlp mlp = (Mlp) read("kind = mlp, hidden = [5], init = orthogonal");
    assertThat(cnn.layers(3))
        .containsSubsequence(
            Conv.same(4, 3, Init.HE), new Dense(5, true, Init.HE), new Dense(3, true, Init.HE));
    assertThat(mlp.layers(3))
        .containsSubsequence(
            new Dense(5, true, Init.ORTHOGONAL), new Dense(3, true, Init.ORTHOGONAL));
    assertThat(((Mlp) read("kind = mlp, hidden = [5]")).layers(3))
        .containsSubsequence(new Dense(5), new Dense(3));
  }

  @Test
  void aTransformerIsItsBlocksBetweenAnEmbeddingAndScores() {
    Transformer network = (Transformer) read("kind = transformer, layers = 2, dropout = 0.1");
    Encoder block = new Encoder(4, 4, Activation.Function.GELU, 0.1, true, false);
    assertThat(network.layers(3))
        .containsExactly(
            new Embedding(64, 0.02),
            Positions.DEFAULTS,
            new Dropout(0.1),
            block,
            block,
            Norm.DEFAULTS,
            new Take(Take.Of.MEAN),
            new Dense(3));
    Transformer after =
        (Transformer) read("kind = transformer, norm_first = false, take = first, heads = 1");
    assertThat(after.layers(3)).contains(new Take(Take.Of.FIRST)).doesNotContain(Norm.DEFAULTS);
  }

  /** Sines and cosines have a root mean square of 0.7. */
  @Test
  void tokensOfATransformerStartNoSmallerThanTheWavesOfTheirPlaces() {
    Transformer network = (Transformer) read("kind = transformer, positions = sinusoidal");
    assertThat(network.layers(3)).startsWith(new Embedding(64, 1));
  }

  @Test
  void theLossDecidesTheScores() {
    assertThat(read("kind = mlp").outputs(CLASSES)).isEqualTo(3);
    assertThat(read("kind = mlp, loss = binary_cross_entropy").outputs(TWO)).isEqualTo(1);
    assertThat(read("kind = mlp, loss = mse").outputs(NUMBERS)).isEqualTo(2);
    assertThat(read("kind = mlp").problems(CLASSES)).isEmpty();
    assertThat(read("kind = mlp").problems(NUMBERS))
        .containsExactly(
            "model.loss = cross_entropy does not fit the label, which has numbers: use mse, mae,"
                + " huber or log_cosh, or make data.label a column of classes");
    assertThat(read("kind = mlp, loss = mse").problems(TWO))
        .singleElement()
        .asString()
        .contains("two classes: use binary_cross_entropy or cross_entropy");
  }

  @Test
  void layersThatDoNotFitAreNamedByNumberAndKind() {
    assertThat(read("kind = network, layers = [{kind = dense, units = 4}]").problems(CLASSES))
        .containsExactly(
            "the last layer of the network gives [4] values a row, the loss needs [3]");
    assertThat(read("kind = network, layers = [{kind = dense}, {kind = conv}]").problems(CLASSES))
        .containsExactly(
            "layer 1 of the network (conv) takes [channels, length] or [channels, height, width],"
                + " is given [1]");
    assertThatThrownBy(() -> read("kind = network, layers = [{kind = conv}]").layout(CLASSES))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("layer 0 of the network (conv) takes");
    assertThatThrownBy(() -> Plan.of(List.of(new Flatten(), Pool.DEFAULTS), Dims.of(2, 3)))
        .hasMessageStartingWith("layer 1 of the network (pool) takes");
    Conv wide = new Conv(1, List.of(5), List.of(1), List.of(0), true, Init.DEFAULT);
    assertThatThrownBy(() -> Plan.of(List.of(wide), Dims.of(1, 4)))
        .hasMessageStartingWith(
            "layer 0 of the network (conv) slides over windows of [5], which do not fit into [1, 4]: give");
    assertThatThrownBy(() -> Plan.of(List.of(new Dense(50_000)), Dims.of(50_000, 1)))
        .hasMessage(
            "layer 0 of the network (dense) gives [50000, 50000] = 2500000000 values a row, must give"
                + " 2147483647 at most: make its steps or its units fewer");
    Network mse = new Network(List.of(new Dense(2)), new MeanSquaredLoss());
    assertThat(mse.problems(NUMBERS)).isEmpty();
  }

  @Test
  void stepsAreNotTakenForChannels() {
    Schema series =
        new Schema(
            List.of(), 12, List.of("y"), List.of("a", "b", "c"), List.of(), List.of(6, 2), 0);
    Schema text =
        new Schema(List.of(), 6, List.of("y"), List.of("a", "b", "c"), List.of(), List.of(), 12);
    String slides = "{ kind = %s }, { kind = flatten }, { kind = dense, units = 3 }]";
    String embedded = "kind = network, layers = [{ kind = embedding, dim = 8 }, ";
    for (String kind : List.of("conv", "pool", "batch_norm")) {
      String layers = slides.formatted(kind);
      String would =
          kind.equals("batch_norm")
              ? "normalize steps in place of values"
              : "slide over the values";
      assertThat(read(embedded + layers).problems(text))
          .containsExactly(
              "layer 1 of the network (%s) takes [channels, length], is given [steps, values] ="
                      .formatted(kind)
                  + " [6, 8] and would %s: put { kind = transpose } before it".formatted(would));
      assertThat(read(embedded + "{ kind = transpose }, " + layers).problems(text)).isEmpty();
      String twice = "{ kind = transpose }, { kind = transpose }, ";
      assertThat(read(embedded + twice + layers).problems(text)).hasSize(1);
      assertThat(read("kind = network, layers = [{ kind = transpose }, " + layers).problems(series))
          .isEmpty();
    }
    assertThat(read("kind = network, layers = [" + slides.formatted("pool")).problems(series))
        .singleElement()
        .asString()
        .startsWith("layer 0 of the network (pool) takes [channels, length]");
    assertThat(read("kind = cnn, pool = 1").problems(series)).isEmpty();
  }

  @Test
  void theFirstDenseLayerMeetsTheFeatures() {
    Model mlp = read("kind = mlp, hidden = [2]");
    assertThat(mlp.inputUnits(CLASSES))
        .extracting(unit -> unit.weights() + " " + unit.bias().getAsInt())
        .containsExactly("0 12", "6 13");
    assertThat(read("kind = network, layers = [{kind = norm}]").inputUnits(CLASSES)).isEmpty();
  }
}
