package dev.lockstep.torch;

import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.pytorch.Context;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.Float32Backend;
import org.bytedeco.pytorch.global.torch.Float32Op;
import org.bytedeco.pytorch.global.torch.Float32Precision;

/**
 * Where the tensors of a network lie. This alone makes tensors for layers and moves any; on the CPU
 * nothing is moved. All tensors belong to the scope of the caller.
 *
 * @param device as libtorch names it
 */
public record Place(String device) {
  /** The memory of the host. */
  public static final Place CPU = new Place("cpu");

  /** Whether libtorch in this process can compute on a GPU. */
  static boolean hasCuda() {
    Libtorch.onThisThread();
    return torch.cuda_is_available();
  }

  private static final String GPU = "cuda:";

  /**
   * How libtorch runs on GPUs, for the process: by algorithms that give the same bits each time,
   * refusing what has none, and in float32 where nothing else is asked for ({@link ComputeTurn}).
   */
  private static final class Deterministic {
    static {
      Context settings = torch.globalContext();
      settings.setDeterministicAlgorithms(true, false);
      settings.setDeterministicFillUninitializedMemory(false);
      settings.setDeterministicCuDNN(true);
      settings.setBenchmarkCuDNN(false);
      for (Float32Op op : new Float32Op[] {Float32Op.MATMUL, Float32Op.CONV, Float32Op.RNN}) {
        settings.setFloat32Precision(Float32Backend.CUDA, op, Float32Precision.IEEE);
      }
    }

    private Deterministic() {}

    static void touch() {
      // Runs the initializer.
    }
  }

  /** The memory of a GPU. */
  static Place ofGpu(int number) {
    return new Place(GPU + number);
  }

  /** Makes the process ready for tensors there, before the first one. */
  void prepare() {
    if (device.startsWith(GPU)) {
      Deterministic.touch();
    }
  }

  private boolean isHost() {
    return device.equals(CPU.device);
  }

  /** A tensor of the host at this place; itself where that is the host. */
  Tensor of(Tensor host) {
    return isHost() ? host : host.to(new org.bytedeco.pytorch.Device(device), host.dtype());
  }

  /** Numbers where another tensor is. */
  static Tensor floats(Tensor other, float[] values, long... shape) {
    Tensor host = torch.empty(shape);
    try (FloatPointer pointer = host.data_ptr_float()) {
      pointer.put(values, 0, values.length);
    }
    return beside(other, host);
  }

  /** Whole numbers where another tensor is. */
  static Tensor indices(Tensor other, long[] values) {
    TensorOptions longs = new TensorOptions(torch.ScalarType.Long);
    Tensor host = torch.empty(new long[] {values.length}, longs, new MemoryFormatOptional());
    try (LongPointer pointer = host.data_ptr_long()) {
      pointer.put(values, 0, values.length);
    }
    return beside(other, host);
  }

  /** Zeros where another tensor is. */
  static Tensor zeros(Tensor other, long... shape) {
    return beside(other, torch.zeros(shape));
  }

  private static Tensor beside(Tensor other, Tensor host) {
    return other.is_cpu() ? host : host.to(other.device(), host.dtype());
  }

  /** The values of a tensor in the memory of the host, one behind the other; the caller closes. */
  static Tensor atHost(Tensor anywhere) {
    if (anywhere.is_cpu()) {
      return anywhere.contiguous();
    }
    try (Tensor here = anywhere.cpu()) {
      return here.contiguous();
    }
  }
}
