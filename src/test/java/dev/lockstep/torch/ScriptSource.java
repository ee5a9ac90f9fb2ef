package dev.lockstep.torch;

import dev.lockstep.math.RandomKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.BoolType;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.JitModule;
import org.bytedeco.pytorch.QualifiedName;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.Type.TypePtr;
import org.bytedeco.pytorch.global.torch;

/** A module of TorchScript that a test writes, where there is no Python. */
public final class ScriptSource {
  private final String forward;
  private final Map<String, long[]> parameters = new LinkedHashMap<>();
  private final Map<String, long[]> buffers = new LinkedHashMap<>();
  private final Map<String, String> ties = new LinkedHashMap<>();
  private final Map<String, ScriptSource> children = new LinkedHashMap<>();
  private boolean counts;

  /**
   * A module without tensors.
   *
   * @param forward the body of its function of {@code self} and {@code x}
   */
  public ScriptSource(String forward) {
    this.forward = forward;
  }

  /** The module with one more parameter, of random values. */
  public ScriptSource parameter(String name, long... shape) {
    parameters.put(name, shape);
    return this;
  }

  /** The module with one more parameter that is another one. */
  public ScriptSource tied(String name, String to) {
    ties.put(name, to);
    return this;
  }

  /** The module with one more buffer, of ones. */
  public ScriptSource buffer(String name, long... shape) {
    buffers.put(name, shape);
    return this;
  }

  /** The module with an int64 buffer {@code count} of 0. */
  public ScriptSource counting() {
    counts = true;
    return this;
  }

  /** The module with one more module in it, {@code self.name}. */
  public ScriptSource child(String name, ScriptSource module) {
    children.put(name, module);
    return this;
  }

  /** The file. */
  public byte[] bytes() {
    Libtorch.onThisThread();
    try (PointerScope scope = new PointerScope()) {
      JitModule module = module("__torch__.Written");
      Path file = Files.createTempFile("written", ".pt");
      module.save(file.toString());
      byte[] bytes = Files.readAllBytes(file);
      Files.delete(file);
      return bytes;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private JitModule module(String type) {
    JitModule module = new JitModule(new QualifiedName(type));
    TypePtr flag = new TypePtr(BoolType.get().get());
    module.register_attribute("training", flag, new IValue(true));
    children.forEach((name, child) -> module.register_module(name, child.module(type + name)));
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    RandomGenerator random = RandomKey.of(5).generator();
    parameters.forEach((name, shape) -> tensors.put(name, drawn(random, shape)));
    ties.forEach((name, to) -> tensors.put(name, tensors.get(to)));
    tensors.forEach((name, tensor) -> module.register_parameter(name, tensor, false));
    buffers.forEach((name, shape) -> module.register_buffer(name, torch.ones(shape)));
    if (counts) {
      module.register_buffer("count", torch.zeros(1).to(torch.ScalarType.Long));
    }
    module.define("def forward(self, x: Tensor):\n" + forward.strip().indent(4));
    return module;
  }

  private static Tensor drawn(RandomGenerator random, long[] shape) {
    Tensor tensor = torch.zeros(shape);
    float[] values = new float[Math.toIntExact(tensor.numel())];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian() * 0.4f;
    }
    tensor.data_ptr_float().put(values, 0, values.length);
    tensor.requires_grad_(true);
    return tensor;
  }
}
