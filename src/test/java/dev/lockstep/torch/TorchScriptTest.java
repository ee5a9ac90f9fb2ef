package dev.lockstep.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.data.Batch;
import dev.lockstep.data.Layout;
import dev.lockstep.data.Layout.Role;
import dev.lockstep.data.Schema;
import dev.lockstep.loss.SoftmaxLoss;
import dev.lockstep.math.RandomKey;
import dev.lockstep.model.GradientSum;
import dev.lockstep.model.Model;
import dev.lockstep.model.Parameters;
import dev.lockstep.model.Replica;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class TorchScriptTest {
  private static final int ROWS = 300;
  private static final Schema SCHEMA =
      new Schema(List.of(), 6, List.of("y"), List.of("a", "b", "c"));
  private static final List<Layer> LAYERS =
      List.of(new Dense(5), new Activation(Activation.Function.TANH), new Dense(3));
  private static final NetworkCase LAYERED =
      new NetworkCase(
          "layered",
          Plan.of(LAYERS, Dims.of(6)),
          new SoftmaxLoss(),
          NetworkCase.block(Plan.of(LAYERS, Dims.of(6)), new SoftmaxLoss(), ROWS, NetworkCase.KEY));
  private static final String TWO_LAYERS =
      "return torch.linear(torch.tanh(torch.linear(x, self.w0, self.b0)), self.w1, self.b1)";

  private static ScriptSource twoLayers(String forward) {
    return new ScriptSource(forward)
        .parameter("w0", 5, 6)
        .parameter("b0", 5)
        .parameter("w1", 3, 5)
        .parameter("b1", 3);
  }

  private static TorchScript model(ScriptSource source) {
    return TorchScript.DEFAULTS.of(source.bytes());
  }

  private static float[] start(Model model) {
    float[] params = new float[model.layout(SCHEMA).size()];
    model.initialize(params, SCHEMA, RandomKey.of(1).generator());
    return params;
  }

  private static GradientSum sum(Model model, float[] params, int rows) {
    try (Replica replica = model.open(SCHEMA)) {
      return sum(replica, params, rows);
    }
  }

  private static GradientSum sum(Replica replica, float[] params, int rows) {
    GradientSum into = new GradientSum(1, params.length, false);
    Parameters one = new Parameters(1, params.length, params);
    replica.accumulate(one, new Batch(LAYERED.block(), 0, rows), NetworkCase.KEY, into);
    return into;
  }

  private static float[] scores(Model model, float[] params) {
    float[] scores = new float[ROWS * 3];
    try (Replica replica = model.open(SCHEMA)) {
      replica.predict(new Parameters(1, params.length, params), Batch.of(LAYERED.block()), scores);
    }
    return scores;
  }

  @Test
  void aModuleHasTheGradientOfTheSameNetworkOfLayers() {
    Model model = model(twoLayers(TWO_LAYERS));
    assertThat(model.problems(SCHEMA)).isEmpty();
    float[] params = LAYERED.params(2, NetworkCase.KEY.child("params"));
    GradientSum found = new GradientSum(2, LAYERED.size(), false);
    try (Replica replica = model.open(SCHEMA)) {
      Parameters members = new Parameters(2, LAYERED.size(), params);
      replica.accumulate(members, Batch.of(LAYERED.block()), NetworkCase.KEY, found);
    }
    GradientSum expected = LAYERED.sum(params, 0, ROWS);
    assertThat(found.lossSums()).isEqualTo(expected.lossSums());
    assertThat(found.weightSums()).isEqualTo(expected.weightSums());
    assertThat(found.gradients()).isEqualTo(expected.gradients());
    float[] first = Arrays.copyOf(params, LAYERED.size());
    assertThat(scores(model, first)).isEqualTo(LAYERED.scores(first, 0, ROWS));
  }

  @Test
  void namesShapesAndPenaltiesAreThoseOfTheModule() {
    Layout layout = model(twoLayers(TWO_LAYERS)).layout(SCHEMA);
    assertThat(layout)
        .isEqualTo(
            Layout.empty()
                .with("w0", true, 5, 6)
                .with("b0", false, 5)
                .with("w1", true, 3, 5)
                .with("b1", false, 3));
  }

  @Test
  void tiedParametersAreOneWhoseGradientIsTheSum() {
    String forward = "return torch.linear(torch.tanh(torch.linear(x, self.a)), self.b)[:, :3]";
    ScriptSource apart = new ScriptSource(forward).parameter("a", 6, 6).parameter("b", 6, 6);
    Model tied = model(new ScriptSource(forward).parameter("a", 6, 6).tied("b", "a"));
    assertThat(tied.layout(SCHEMA)).isEqualTo(Layout.empty().with("a", true, 6, 6));
    float[] one = start(tied);
    float[] both = Arrays.copyOf(one, 72);
    System.arraycopy(one, 0, both, 36, 36);
    float[] found = sum(tied, one, 100).gradients();
    float[] parts = sum(model(apart), both, 100).gradients();
    for (int i = 0; i < 36; i++) {
      assertThat((double) found[i]).isCloseTo((double) parts[i] + parts[36 + i], within(1e-4));
    }
    Model exported = tied.export(one).orElseThrow().model();
    assertThat(exported.layout(SCHEMA)).isEqualTo(tied.layout(SCHEMA));
  }

  @Test
  void aModuleTakesTheSettingsOfEveryKind() {
    Regimen module =
        new Regimen(model(twoLayers(TWO_LAYERS)), List.of("*0"), 64, ComputeFormat.FLOAT32);
    Regimen layered =
        new Regimen(
            new Network(LAYERS, new SoftmaxLoss()), List.of("0.*"), 64, ComputeFormat.FLOAT32);
    assertThat(module.problems(SCHEMA)).isEmpty();
    assertThat(
            new Regimen(module.network(), List.of(), 64, ComputeFormat.FLOAT32, Device.CUDA)
                .problems(SCHEMA))
        .containsExactly("model.device is cuda, but a script runs on the CPU: use cpu or auto");
    float[] params = LAYERED.params(1, NetworkCase.KEY.child("frozen"));
    GradientSum found = sum(module, params, ROWS);
    assertThat(found.gradients()).isEqualTo(sum(layered, params, ROWS).gradients());
    assertThat(Arrays.copyOf(found.gradients(), 35)).containsOnly(0);
    Model exported = module.export(params).orElseThrow().model();
    assertThat(exported.file()).contains("model.pt");
    assertThat(exported.layout(SCHEMA)).isEqualTo(module.layout(SCHEMA));
    assertThat(start(exported)).isEqualTo(params);
  }

  @Test
  void theExportedFileHasTheTrainedValues() {
    Model model = model(twoLayers(TWO_LAYERS));
    float[] params = LAYERED.params(1, NetworkCase.KEY.child("trained"));
    Model.TrainedFile file = model.export(params).orElseThrow();
    assertThat(file.model().file()).contains("model.pt");
    assertThat(file.model()).isEqualTo(TorchScript.DEFAULTS.of(file.bytes()));
    assertThat(start(file.model())).isEqualTo(params);
    assertThat(scores(file.model(), params)).isEqualTo(scores(model, params));
    assertThat(model.export(params).orElseThrow().bytes()).isEqualTo(file.bytes());
  }

  @Test
  void dropoutDrawsTheSameBesideOtherTasks() throws Exception {
    Model model =
        model(
            twoLayers(
                """
                h = torch.dropout(torch.tanh(torch.linear(x, self.w0, self.b0)), 0.5, self.training)
                return torch.linear(h, self.w1, self.b1)
                """));
    assertThat(model.problems(SCHEMA)).isEmpty();
    float[] params = start(model);
    GradientSum expected = sum(model, params, ROWS);
    assertThat(expected.gradients())
        .isNotEqualTo(sum(model(twoLayers(TWO_LAYERS)), params, ROWS).gradients());
    ExecutorService threads = Executors.newFixedThreadPool(3);
    List<Future<Boolean>> same = new ArrayList<>();
    for (int task = 0; task < 3; task++) {
      same.add(
          threads.submit(
              () -> {
                boolean all = true;
                try (Replica replica = model.open(SCHEMA)) {
                  for (int i = 0; i < 20; i++) {
                    float[] found = sum(replica, params, ROWS).gradients();
                    all &= Arrays.equals(found, expected.gradients());
                  }
                }
                return all;
              }));
    }
    for (Future<Boolean> task : same) {
      assertThat(task.get()).isTrue();
    }
    threads.shutdown();
  }

  @Test
  void runningStatisticsAreBuffersThatChangeByTheWeightOfTheirRows() {
    Model model =
        model(
            twoLayers(
                    """
                    h = torch.batch_norm(torch.linear(x, self.w0, self.b0), None, None, self.mean,
                        self.var, self.training, 0.1, 1e-5, False)
                    if self.training:
                        self.count.add_(1)
                    return torch.linear(h, self.w1, self.b1)
                    """)
                .buffer("mean", 5)
                .buffer("var", 5)
                .counting());
    assertThat(model.problems(SCHEMA)).isEmpty();
    Layout layout = model.layout(SCHEMA);
    assertThat(layout.runs(Role.BUFFER)).containsExactly(new Layout.Run(53, 63));
    float[] params = start(model);
    assertThat(Arrays.copyOfRange(params, 53, 63)).containsOnly(1f);
    GradientSum once = sum(model, params, 100);
    assertThat(once.gradients()[53]).isNotZero();
    try (Replica replica = model.open(SCHEMA)) {
      assertThat(sum(replica, params, 100).gradients()).isEqualTo(once.gradients());
      assertThat(sum(replica, params, 100).gradients()).isEqualTo(once.gradients());
      assertThat(model.leastRows(SCHEMA)).isEqualTo(2);
      GradientSum alone = sum(replica, params, 1);
      assertThat(alone.weightSums()).containsExactly(0);
      assertThat(alone.gradients()).containsOnly(0);
    }
    float[] scores = scores(model, params);
    params[53] += once.gradients()[53] / (float) once.weightSums()[0];
    assertThat(scores(model, params)).isNotEqualTo(scores);
  }

  @Test
  void aPartWhoseStatisticsAreFrozenNeverTrains() {
    ScriptSource norm =
        new ScriptSource(
                "return torch.batch_norm(x, None, None, self.mean, self.var, self.training, 0.1, 1e-5,"
                    + " False)")
            .buffer("mean", 5)
            .buffer("var", 5);
    String forward =
        "return torch.linear(self.norm.forward(torch.linear(x, self.w0, self.b0)), self.w1, self.b1)";
    TorchScript model = model(twoLayers(forward).child("norm", norm));
    Model frozen = new Regimen(model, List.of("norm.*"), Passes.MOST_ROWS, ComputeFormat.FLOAT32);
    assertThat(frozen.problems(SCHEMA)).isEmpty();
    float[] params = start(model);
    String evaluated = forward.replace("self.norm.forward(", "0.999995 * (-1 + ");
    float[] expected =
        sum(model(twoLayers(evaluated)), Arrays.copyOf(params, 53), ROWS).gradients();
    float[] found = sum(frozen, params, ROWS).gradients();
    for (int i = 0; i < expected.length; i++) {
      assertThat(found[i]).isCloseTo(expected[i], within(1e-3f));
    }
    assertThat(frozen.leastRows(SCHEMA)).isEqualTo(1);
    assertThat(model.leastRows(SCHEMA)).isEqualTo(2);
    assertThat(sum(model, params, ROWS).gradients()).isNotEqualTo(found);
  }

  @Test
  void theFirstGradientOfAReplicaHasTheBitsOfLaterOnes() throws Exception {
    Model model = model(twoLayers(TWO_LAYERS));
    float[] params = start(model);
    ExecutorService fresh = Executors.newSingleThreadExecutor();
    boolean same =
        fresh
            .submit(
                () -> {
                  try (Replica replica = model.open(SCHEMA)) {
                    float[] first = sum(replica, params, ROWS).gradients();
                    boolean all = true;
                    for (int i = 0; i < 5; i++) {
                      all &= Arrays.equals(sum(replica, params, ROWS).gradients(), first);
                    }
                    return all;
                  }
                })
            .get();
    fresh.shutdown();
    assertThat(same).isTrue();
  }

  @Test
  void filesOfOneContentShareItInAProcess() {
    byte[] bytes = twoLayers(TWO_LAYERS).bytes();
    TorchScript one = TorchScript.DEFAULTS.of(bytes);
    TorchScript other = TorchScript.DEFAULTS.of(bytes.clone());
    assertThat(other).isEqualTo(one);
    assertThat(other.path().content()).isEqualTo(one.path().content());
  }

  @Test
  void anotherFileThanTheOneOfTheHashIsRefused() {
    TorchScript pinned = model(twoLayers(TWO_LAYERS));
    byte[] other = twoLayers(TWO_LAYERS + " * 2").bytes();
    assertThatThrownBy(() -> pinned.of(other))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("sha256 is " + pinned.sha256());
  }
}
