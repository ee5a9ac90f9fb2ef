package dev.lockstep.torch;

import dev.lockstep.data.Layout;
import dev.lockstep.data.Layout.Role;
import dev.lockstep.data.Layout.Slice;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.JitModule;
import org.bytedeco.pytorch.NamedTensor;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.named_buffer_iterator;
import org.bytedeco.pytorch.named_parameter_iterator;

/** A module of TorchScript in native memory: what it is made of. The caller closes it. */
final class LoadedScript implements AutoCloseable {
  private final List<Pointer> kept = new ArrayList<>();
  private final List<Part> parts = new ArrayList<>();
  private final List<Tensor> constants = new ArrayList<>();
  private final JitModule module;

  /**
   * A tensor that has a slice of the flat vector.
   *
   * @param name the first that it has in the module
   * @param role what moves it
   * @param tensors its handles, one for each place where it is tied to; of the same memory
   */
  record Part(String name, Role role, List<Tensor> tensors) {
    Tensor first() {
      return tensors.get(0);
    }
  }

  private LoadedScript(JitModule module) {
    this.module = module;
    kept.add(module.retainReference());
  }

  /**
   * Loads a module.
   *
   * @throws IllegalArgumentException if it is none that can be trained: the end of a sentence
   */
  static LoadedScript of(byte[] bytes) {
    Libtorch.onThisThread();
    try (PointerScope scope = new PointerScope()) {
      LoadedScript script = new LoadedScript(load(bytes));
      try {
        script.eachParameter(script::addParameter);
        script.eachBuffer(script::addBuffer);
        return script;
      } catch (RuntimeException e) {
        script.close();
        throw e;
      }
    }
  }

  /** The layout of a module; the same exceptions. */
  static Layout layout(byte[] bytes) {
    try (LoadedScript script = of(bytes)) {
      Layout layout = Layout.empty();
      for (Part part : script.parts) {
        Integer[] shape = new Integer[Math.toIntExact(part.first().dim())];
        for (int i = 0; i < shape.length; i++) {
          shape[i] = Math.toIntExact(part.first().size(i));
        }
        layout =
            part.role() == Role.TRAINED
                ? layout.with(part.name(), shape.length > 1, shape)
                : layout.with(part.name(), part.role(), shape);
      }
      if (layout.runs(Role.TRAINED).isEmpty()) {
        throw new IllegalArgumentException(
            "has no parameters to train: save torch.jit.script(model) itself, not frozen and not"
                + " optimized for inference");
      }
      return layout;
    }
  }

  private static JitModule load(byte[] bytes) {
    Path file = null;
    try {
      file = temporary();
      Files.write(file, bytes);
      return torch.load(file.toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (RuntimeException e) {
      throw new IllegalArgumentException(
          "is no module of TorchScript (%s): write it with torch.jit.script(model).save(path)"
              .formatted(reason(e)),
          e);
    } finally {
      delete(file);
    }
  }

  /** A place in a folder of its own: files hold their names, and the same module has the same. */
  private static Path temporary() throws IOException {
    return Files.createTempDirectory("lockstep").resolve(TorchScript.NAME);
  }

  private static void delete(Path file) {
    try {
      if (file != null) {
        Files.deleteIfExists(file);
        Files.deleteIfExists(file.getParent());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What libtorch says, without its stack. */
  static String reason(RuntimeException error) {
    String text = String.valueOf(error.getMessage()).strip();
    String mark = "RuntimeError: ";
    int at = text.lastIndexOf(mark);
    return text.substring(at < 0 ? 0 : at + mark.length()).lines().findFirst().orElse("");
  }

  private void eachParameter(Consumer<NamedTensor> action) {
    try (PointerScope scope = new PointerScope()) {
      named_parameter_iterator end = module.named_parameters().end();
      for (named_parameter_iterator at = module.named_parameters().begin(); at.notEquals(end); ) {
        action.accept(at.access());
        at.increment();
      }
    }
  }

  private void eachBuffer(Consumer<NamedTensor> action) {
    try (PointerScope scope = new PointerScope()) {
      named_buffer_iterator end = module.named_buffers().end();
      for (named_buffer_iterator at = module.named_buffers().begin(); at.notEquals(end); ) {
        action.accept(at.access());
        at.increment();
      }
    }
  }

  private void addParameter(NamedTensor named) {
    Tensor tensor = keep(new Tensor(named.value()));
    add(named.name().getString(), tensor.requires_grad() ? Role.TRAINED : Role.FROZEN, tensor);
  }

  private void addBuffer(NamedTensor named) {
    Tensor tensor = keep(new Tensor(named.value()));
    if (tensor.is_floating_point()) {
      add(named.name().getString(), Role.BUFFER, tensor);
    } else {
      constants.add(tensor);
    }
  }

  private void add(String name, Role role, Tensor tensor) {
    if (!isFloat(tensor) || tensor.is_sparse()) {
      throw new IllegalArgumentException(
          "has %s of type %s, all its numbers must be dense float32: call model.float() before it is saved"
              .formatted(name, tensor.scalar_type()));
    }
    for (Part part : parts) {
      if (part.role() == role && isSame(part.first(), tensor)) {
        part.tensors().add(tensor);
        return;
      }
      if (overlaps(part.first(), tensor)) {
        throw new IllegalArgumentException(
            "has %s and %s, which share memory: only whole parameters of one shape can be tied"
                .formatted(part.name(), name));
      }
    }
    parts.add(new Part(name, role, new ArrayList<>(List.of(tensor))));
  }

  /** Enums of the binding are equal by value only. */
  static boolean isFloat(Tensor tensor) {
    return tensor.scalar_type().intern() == torch.ScalarType.Float;
  }

  private static boolean isSame(Tensor one, Tensor other) {
    boolean same =
        one.data_ptr().address() == other.data_ptr().address() && one.dim() == other.dim();
    for (int i = 0; same && i < one.dim(); i++) {
      same = one.size(i) == other.size(i) && one.stride(i) == other.stride(i);
    }
    return same;
  }

  private static boolean overlaps(Tensor one, Tensor other) {
    if (!one.is_contiguous() || !other.is_contiguous()) {
      return one.is_alias_of(other);
    }
    long from = one.data_ptr().address();
    long otherFrom = other.data_ptr().address();
    return from < otherFrom + other.nbytes() && otherFrom < from + one.nbytes();
  }

  /** A part of the module, such as {@code encoder.norm}, with all that is in it. */
  JitModule submodule(String name) {
    try (PointerScope scope = new PointerScope()) {
      JitModule found = module;
      for (String attribute : name.split("\\.")) {
        found = new JitModule(found.attr(attribute).toObject());
      }
      return keep(found);
    }
  }

  private <P extends Pointer> P keep(P pointer) {
    kept.add(pointer);
    return pointer.retainReference();
  }

  JitModule module() {
    return module;
  }

  /** In the order of the layout's slices. */
  List<Part> parts() {
    return parts;
  }

  /** Buffers of whole numbers, which stay as they are. */
  List<Tensor> constants() {
    return constants;
  }

  /**
   * Reads the values of the file.
   *
   * @param params {@code [size]}; written
   */
  void values(Layout layout, float[] params) {
    try (PointerScope scope = new PointerScope()) {
      for (int i = 0; i < parts.size(); i++) {
        Slice slice = layout.slices().get(i);
        FloatPointer values = parts.get(i).first().detach().contiguous().data_ptr_float();
        values.get(params, slice.offset(), slice.size());
      }
    }
  }

  /**
   * The module as a file with other values.
   *
   * @param params {@code [size]}
   */
  byte[] save(Layout layout, float[] params) {
    Path file = null;
    try (PointerScope scope = new PointerScope();
        NoGradGuard guard = new NoGradGuard()) {
      for (int i = 0; i < parts.size(); i++) {
        Slice slice = layout.slices().get(i);
        Tensor part = parts.get(i).first();
        Tensor dense = torch.empty_like(part).contiguous();
        dense.data_ptr_float().put(params, slice.offset(), slice.size());
        part.copy_(dense);
      }
      file = temporary();
      module.eval();
      module.save(file.toString());
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      delete(file);
    }
  }

  @Override
  public void close() {
    kept.forEach(Pointer::releaseReference);
    kept.clear();
  }
}
