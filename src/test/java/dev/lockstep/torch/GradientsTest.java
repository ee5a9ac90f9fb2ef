package dev.lockstep.torch;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.lockstep.data.Layout;
import dev.lockstep.data.Layout.Slice;
import dev.lockstep.loss.SoftmaxLoss;
import dev.lockstep.model.GradientSum;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;

class GradientsTest {
  private static final int WIDTH = 4;
  private static final int ROWS = 8;
  private static final int READS = 100;

  /** Of any Java object, with its header. */
  private static final int LEAST_BYTES = 16;

  private static Plan dense(int layers) {
    List<Layer> all = new ArrayList<>();
    for (int i = 0; i < layers; i++) {
      all.add(new Dense(WIDTH));
    }
    return Plan.of(all, Dims.of(WIDTH));
  }

  /** Bytes that one reading of all gradients leaves to the garbage collector. */
  private static long bytesOfReading(Plan plan) {
    NetworkCase network =
        new NetworkCase(
            "dense",
            plan,
            new SoftmaxLoss(),
            NetworkCase.block(plan, new SoftmaxLoss(), ROWS, NetworkCase.KEY));
    GradientSum into = new GradientSum(1, network.size(), false);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    try (NativeNetwork running = new NativeNetwork(plan, ROWS, Place.CPU);
        PointerScope scope = new PointerScope()) {
      running.set(network.params(1, NetworkCase.KEY), 0);
      Tensor scores = running.forward(network.block().features(), 0, ROWS, NetworkCase.KEY, true);
      running.backward(scores, new float[ROWS * WIDTH]);
      running.addGradient(into, 0);
      running.addGradient(into, 0);
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < READS; i++) {
        running.addGradient(into, 0);
      }
      return (threads.getCurrentThreadAllocatedBytes() - before) / READS;
    }
  }

  @Test
  void readingMakesNoObjectForATensor() {
    long few = bytesOfReading(dense(4));
    int layers = 40;
    long many = bytesOfReading(dense(layers));
    System.out.println("bytes of reading: %d of 8 tensors, %d of 80".formatted(few, many));
    int tensors = 2 * layers;
    assertThat(many).isLessThan((long) LEAST_BYTES * tensors);
    assertThat(many - few).isLessThan(LEAST_BYTES * (tensors - 8L) / 4);
  }

  @Test
  void sparseAndMissingGradientsAreAddedAndLeftOut() {
    Layout layout =
        Layout.empty().with("a", true, 3, 2).with("unused", true, 5).with("b", true, 3, 2);
    GradientSum sum = new GradientSum(1, layout.size(), false);
    try (PointerScope scope = new PointerScope()) {
      Gradients gradients = new Gradients();
      List<Tensor> leaves = new ArrayList<>();
      for (Slice slice : layout.slices()) {
        long[] shape = slice.shape().stream().mapToLong(Integer::longValue).toArray();
        Tensor leaf = torch.ones(shape).requires_grad_(true);
        gradients.watch(slice, leaf);
        gradients.watch(slice, leaf);
        leaves.add(leaf);
      }
      Tensor ids = Place.indices(leaves.get(0), new long[] {2, 0, 2});
      for (int pass = 0; pass < 2; pass++) { // the second one adds to the first
        torch.embedding(leaves.get(0), ids, -1, false, true).sum().backward();
        torch.embedding(leaves.get(2), ids, -1, false, false).sum().backward();
      }
      gradients.addTo(sum, 0);
      assertThat(sum.values()).containsExactly(2, 2, 0, 0, 4, 4, 0, 0, 0, 0, 0, 2, 2, 0, 0, 4, 4);
      gradients.reset();
      gradients.addTo(sum, 0);
      assertThat(sum.values()).contains(4, 4).doesNotContain(8);
    }
  }
}
