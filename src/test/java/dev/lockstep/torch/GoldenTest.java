package dev.lockstep.torch;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lockstep.config.Binder;
import dev.lockstep.config.Document;
import dev.lockstep.data.Block;
import dev.lockstep.data.Category;
import dev.lockstep.data.DenseRows;
import dev.lockstep.data.Layout.Role;
import dev.lockstep.data.Layout.Slice;
import dev.lockstep.loss.Distillation;
import dev.lockstep.loss.Loss;
import dev.lockstep.loss.Losses;
import dev.lockstep.model.GradientSum;
import dev.lockstep.model.Parameters;
import dev.lockstep.model.Replica;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Networks of a run file against PyTorch: golden.json, which golden.py beside it has written. */
class GoldenTest {
  private static final Binder BINDER = new Binder(List.of(Layers.REGISTRY, Losses.REGISTRY));
  private static final int ROWS = 5;
  private static final int[] LENGTHS = {5, 1, 7, 3, 2};
  private static final float[] WEIGHTS = {1, 0.5f, 2, 0, 1.25f};

  /** Of a tensor's norm; a float has 6e-8, of which some dozens add up. */
  private static final double RELATIVE = 1e-5;

  /** Its masks are drawn in another way than PyTorch's: DropoutTest. */
  private static final Set<String> OURS = Set.of("dropout");

  /** A network as PyTorch has computed it. */
  record Golden(JsonNode told, Network network, NetworkCase built) {
    @Override
    public String toString() {
      return told.get("name").asText();
    }

    private float[] params() {
      float[] params = new float[built.size()];
      int salt = 2;
      int bufferSalt = 40;
      for (Slice slice : built.plan().layout().slices()) {
        boolean buffer = slice.role() == Role.BUFFER;
        float[] own = values(slice.size(), buffer ? bufferSalt++ : salt++, 1.5);
        for (int i = 0; i < own.length; i++) {
          float value = own[i];
          params[slice.offset() + i] =
              slice.name().endsWith("var") ? (float) ((double) value * value + 0.5) : value;
        }
      }
      return params;
    }

    private GradientSum sum() {
      JsonNode distill = told.path("distill");
      if (distill.isMissingNode()) {
        return built.sum(params(), 0, ROWS);
      }
      int outputs = built.outputs();
      Block taught = built.block().withTaught(values(ROWS * outputs, 61, 6));
      Passes passes =
          Passes.DEFAULTS.taught(
              new Distillation(
                  distill.get("temperature").asDouble(), distill.get("alpha").asDouble()));
      try (Replica replica = new NetworkReplica(built.loss(), outputs, built.plan(), passes)) {
        return built.with(taught).sum(replica, new Parameters(1, built.size(), params()), 0, ROWS);
      }
    }

    private List<Slice> slices(Role role) {
      return built.plan().layout().slices().stream().filter(slice -> slice.role() == role).toList();
    }
  }

  static Stream<Golden> golden() throws IOException {
    List<Golden> all = new ArrayList<>();
    try (InputStream file = GoldenTest.class.getResourceAsStream("/torch/golden.json")) {
      for (JsonNode told : new ObjectMapper().readTree(file)) {
        String text = "layers = " + told.get("layers") + ", loss = " + told.get("loss");
        Document document = Document.read(text, told.get("name").asText(), List.of());
        Network network = BINDER.bind(document, Network.class);
        Integer[] input = new Integer[told.get("input").size()];
        for (int i = 0; i < input.length; i++) {
          input[i] = told.get("input").get(i).asInt();
        }
        int vocabulary = told.path("vocabulary").asInt();
        Dims dims = new Dims(List.of(input), vocabulary, categories(told));
        Plan plan = Plan.of(network.layers(), dims);
        Block block = block(plan, network.loss());
        String name = told.get("name").asText();
        all.add(new Golden(told, network, new NetworkCase(name, plan, network.loss(), block)));
      }
    }
    return all.stream();
  }

  private static List<Category> categories(JsonNode told) {
    List<Category> categories = new ArrayList<>();
    for (JsonNode one : told.path("categories")) {
      int feature = one.get("feature").asInt();
      categories.add(new Category(feature, one.get("name").asText(), one.get("size").asInt()));
    }
    return categories;
  }

  /** The values of golden.py. */
  private static float[] values(int count, int salt, double scale) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      int whole = (i * i * 31 + i * salt * 17 + salt * 7) % 1009 - 504;
      values[i] = (float) (whole / 1009.0 * scale);
    }
    return values;
  }

  private static float[] ids(int columns, int vocabulary) {
    float[] ids = new float[ROWS * columns];
    for (int i = 0; i < ids.length; i++) {
      boolean real = i % columns < LENGTHS[i / columns];
      ids[i] = real ? 1 + i * 5 % (vocabulary - 1) : 0;
    }
    return ids;
  }

  private static Block block(Plan plan, Loss loss) {
    boolean unlabelled = loss.task() == Loss.Task.NEXT_TOKEN;
    int columns = plan.inputs().get(0).count() + (unlabelled ? 1 : 0);
    int stride = DenseRows.strideOf(columns);
    float[] x = new float[ROWS * stride];
    int vocabulary = plan.inputs().get(0).vocabulary();
    float[] inputs = vocabulary > 0 ? ids(columns, vocabulary) : values(ROWS * columns, 1, 4);
    for (int i = 0; i < ROWS; i++) {
      System.arraycopy(inputs, i * columns, x, i * stride, columns);
      for (Category of : plan.inputs().get(0).categories()) {
        x[i * stride + of.feature()] = (i * 3 + 1) % of.size();
      }
    }
    int outputs = unlabelled ? 0 : plan.output().count();
    boolean classes = loss.task() == Loss.Task.MULTICLASS;
    float[] labels = values(classes ? ROWS : ROWS * outputs, 5, 3);
    for (int i = 0; i < labels.length && loss.task() != Loss.Task.REGRESSION; i++) {
      labels[i] =
          switch (loss.task()) {
            case MULTICLASS -> i * 2 % outputs;
            case BINARY -> i % 2;
            default -> i % 4;
          };
    }
    DenseRows features = new DenseRows(x, ROWS, columns, stride);
    return new Block(features, labels, classes ? 1 : outputs, WEIGHTS, new float[0], new byte[0]);
  }

  @ParameterizedTest
  @MethodSource("golden")
  void scoresLossesAndGradientsAreThoseOfPyTorch(Golden golden) {
    NetworkCase built = golden.built();
    float[] params = golden.params();
    near("scores", built.scores(params, 0, ROWS), golden.told().get("scores"));
    GradientSum sum = golden.sum();
    float[] loss = {(float) sum.lossSums()[0]};
    near("loss", loss, new ObjectMapper().createArrayNode().add(golden.told().get("loss_sum")));
    JsonNode gradients = golden.told().get("gradients");
    List<Slice> slices = golden.slices(Role.TRAINED);
    assertThat(gradients).hasSameSizeAs(slices);
    for (int i = 0; i < slices.size(); i++) {
      Slice slice = slices.get(i);
      assertThat(gradients.get(i).get("name").asText()).isEqualTo(slice.name());
      assertThat(gradients.get(i).get("shape"))
          .hasToString(slice.shape().toString().replace(" ", ""));
      near(slice.name(), own(sum, slice), gradients.get(i).get("values"));
    }
  }

  /** Running statistics after a training pass, by what changed and the weight of the rows. */
  @ParameterizedTest
  @MethodSource("golden")
  void runningStatisticsAreThoseOfPyTorch(Golden golden) {
    GradientSum sum = golden.built().sum(golden.params(), 0, ROWS);
    List<Slice> slices = golden.slices(Role.BUFFER);
    JsonNode changes = golden.told().path("changes");
    assertThat(changes).hasSameSizeAs(slices);
    for (int i = 0; i < slices.size(); i++) {
      assertThat(changes.get(i).get("name").asText()).isEqualTo(slices.get(i).name());
      near(slices.get(i).name(), own(sum, slices.get(i)), changes.get(i).get("values"));
    }
  }

  private static float[] own(GradientSum sum, Slice slice) {
    return Arrays.copyOfRange(sum.gradients(), slice.offset(), slice.end());
  }

  private static void near(String what, float[] found, JsonNode expected) {
    assertThat(expected).hasSize(found.length);
    double norm = 0;
    double apart = 0;
    for (int i = 0; i < found.length; i++) {
      double value = expected.get(i).asDouble();
      norm += value * value;
      apart += (found[i] - value) * (found[i] - value);
    }
    assertThat(Math.sqrt(apart)).as(what).isLessThanOrEqualTo(RELATIVE * Math.sqrt(norm));
    assertThat(norm).as(what).isPositive();
  }

  @Test
  void everyKindOfLayerAndLossIsCompared() throws IOException {
    Set<String> layers = new TreeSet<>(OURS);
    Set<String> losses = new TreeSet<>();
    Set<Activation.Function> functions = new TreeSet<>();
    golden()
        .forEach(
            golden -> {
              losses.add(Losses.REGISTRY.kindOf(golden.network().loss()));
              for (Layer layer : golden.network().layers()) {
                layers.add(Layers.REGISTRY.kindOf(layer));
                if (layer instanceof Activation activation) {
                  functions.add(activation.function());
                }
              }
            });
    assertThat(layers).as("golden.py").containsAll(Layers.REGISTRY.kinds().keySet());
    assertThat(losses).as("golden.py").containsAll(Losses.REGISTRY.kinds().keySet());
    assertThat(functions).as("golden.py").contains(Activation.Function.values());
  }
}
