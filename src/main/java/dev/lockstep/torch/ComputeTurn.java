package dev.lockstep.torch;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.Float32Backend;
import org.bytedeco.pytorch.global.torch.Float32Op;
import org.bytedeco.pytorch.global.torch.Float32Precision;

/**
 * The time in which a pass runs in its {@link ComputeFormat}. libtorch has one setting for the
 * whole process, so passes of one format run beside each other, and those of another wait for their
 * end.
 */
final class ComputeTurn implements AutoCloseable {
  private static final ReentrantLock LOCK = new ReentrantLock();
  private static final Condition IDLE = LOCK.newCondition();
  private static final ComputeTurn TURN = new ComputeTurn();
  private static ComputeFormat format = ComputeFormat.FLOAT32;
  private static int running;

  private ComputeTurn() {}

  /** Waits for passes of another format; the caller closes it, and holds no other. */
  static ComputeTurn in(ComputeFormat wanted) {
    LOCK.lock();
    try {
      while (format != wanted && running > 0) {
        IDLE.awaitUninterruptibly();
      }
      if (format != wanted) {
        set(wanted);
        format = wanted;
      }
      running++;
      return TURN;
    } finally {
      LOCK.unlock();
    }
  }

  private static void set(ComputeFormat wanted) {
    boolean rounded = wanted == ComputeFormat.BF16;
    Float32Precision onCpu = rounded ? Float32Precision.BF16 : Float32Precision.IEEE;
    Float32Precision onGpu = rounded ? Float32Precision.TF32 : Float32Precision.IEEE;
    for (Float32Op op : new Float32Op[] {Float32Op.MATMUL, Float32Op.CONV, Float32Op.RNN}) {
      torch.globalContext().setFloat32Precision(Float32Backend.MKLDNN, op, onCpu);
      torch.globalContext().setFloat32Precision(Float32Backend.CUDA, op, onGpu);
    }
  }

  @Override
  public void close() {
    LOCK.lock();
    try {
      if (--running == 0) {
        IDLE.signalAll();
      }
    } finally {
      LOCK.unlock();
    }
  }
}
