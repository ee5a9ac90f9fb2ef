package dev.lockstep.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TensorValuesTest {
  private final TensorValues values = new TensorValues();

  private static Tensor counted(int n) {
    Tensor tensor = torch.empty(n);
    try (FloatPointer pointer = tensor.data_ptr_float()) {
      for (int i = 0; i < n; i++) {
        pointer.put(i, i - 0.5f);
      }
    }
    return tensor;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 8, 9, 63, 64, 65, 1021})
  void theWayToValuesEndsWhereLibtorchSaysTheyAre(int n) {
    try (PointerScope scope = new PointerScope()) {
      assertThat(TensorValues.findsAll()).isTrue();
      Tensor whole = counted(3 * n);
      for (int from : new int[] {0, 1, n, 2 * n}) {
        Tensor part = whole.narrow(0, from, n).view(1, n, 1);
        assertThat(values.find(part, n)).isTrue();
        float[] found = new float[n + 2];
        values.read(0, found, 1, n);
        for (int i = 0; i < n; i++) {
          assertThat(found[1 + i]).isEqualTo(from + i - 0.5f);
        }
        assertThat(found[0] + found[n + 1]).isZero();
        values.read(n - 1, found, 0, 1);
        assertThat(found[0]).isEqualTo(from + n - 1.5f);
      }
    }
  }

  @Test
  void whatLiesElsewhereOrInAnotherOrderIsNotFound() {
    try (PointerScope scope = new PointerScope()) {
      Tensor square = counted(6).view(2, 3);
      assertThat(values.find(square, 6)).isTrue();
      assertThat(values.find(square.t(), 6)).isFalse();
      assertThat(values.find(square.narrow(1, 0, 2), 4)).isFalse();
      assertThat(values.find(square.to_sparse(2), 6)).isFalse();
      assertThat(values.find(new Place("meta").of(square), 6)).isFalse();
      assertThat(values.find(new Tensor(), 0)).isFalse();
      for (torch.ScalarType type :
          new torch.ScalarType[] {
            torch.ScalarType.Double, torch.ScalarType.BFloat16, torch.ScalarType.Int
          }) {
        assertThat(values.find(square.to(type), 6)).as("%s", type).isFalse();
      }
      assertThat(values.find(square, 5)).isFalse();
    }
  }

  @Test
  void nothingIsReadBesideAnArrayOrOfNoTensor() {
    try (PointerScope scope = new PointerScope()) {
      assertThat(values.find(counted(6), 6)).isTrue();
      assertThatThrownBy(() -> values.read(0, new float[6], 1, 6))
          .isInstanceOf(IndexOutOfBoundsException.class);
      values.forget();
      assertThatThrownBy(() -> values.read(0, new float[6], 0, 6))
          .isInstanceOf(IllegalStateException.class);
    }
  }
}
