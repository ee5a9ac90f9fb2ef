package dev.lockstep.torch;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import dev.lockstep.data.Features;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever a network makes lies where the network does. In place of a GPU, which no test needs, is
 * libtorch's device {@code meta}: its tensors have shapes and no values, and none of it goes with
 * one of the CPU.
 */
class PlaceTest {
  private static final Place META = new Place("meta");

  /** What the device does not know; whether tensors go together is asked before. */
  private static final Pattern NOT_ON_META =
      Pattern.compile(
          "aten::(index_select|native_batch_norm|relu): attempted to run this operator with Meta"
              + "|convolution_overrideable not implemented");

  private static final Pattern MAKING =
      Pattern.compile(
          "(empty|zeros|ones|full|eye|arange|range|linspace|tensor|from_blob|scalar_tensor"
              + "|rand\\w*|normal|bernoulli)(_like)?");

  static Stream<NetworkCase> networks() throws ReflectiveOperationException {
    return LayersTest.cases();
  }

  @ParameterizedTest
  @MethodSource("networks")
  void everyLayerPassesBothWaysWhereItsNetworkLies(NetworkCase network) {
    Features rows = network.block().features();
    int n = network.block().rows();
    try (NativeNetwork elsewhere = new NativeNetwork(network.plan(), n, META);
        PointerScope scope = new PointerScope()) {
      elsewhere.set(network.params(1, NetworkCase.KEY), 0, rows, 0, n);
      Tensor scores = elsewhere.forward(rows, 0, n, NetworkCase.KEY, true);
      assertThat(scores.is_meta()).isTrue();
      elsewhere.backward(scores, new float[Math.toIntExact(scores.numel())]);
    } catch (RuntimeException e) {
      assertThat(e.getMessage()).containsPattern(NOT_ON_META);
    }
  }

  /** Those beside {@link Place} make what stays in the memory of the host. */
  @Test
  void layersMakeNoTensorsThemselves() {
    Set<String> makers = new TreeSet<>();
    for (JavaClass type : new ClassFileImporter().importPackages("dev.lockstep.torch")) {
      boolean ours = type.getSource().orElseThrow().getUri().getPath().contains("/classes/");
      for (JavaMethodCall call : type.getMethodCallsFromSelf()) {
        boolean makes = MAKING.matcher(call.getTarget().getName()).matches();
        if (ours && makes && call.getTargetOwner().isEquivalentTo(torch.class)) {
          makers.add(type.getSimpleName());
        }
      }
    }
    assertThat(makers)
        .containsExactly(
            "Distances", "LoadedScript", "NativeScript", "Place", "Staged", "TableRows");
  }
}
