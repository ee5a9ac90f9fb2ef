package dev.lockstep.math;

/** Chooses the kernels once, when they are first asked for. */
final class BestKernels {
  static final Kernels INSTANCE =
      ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent()
          ? new VectorKernels()
          : ScalarKernels.INSTANCE;

  private BestKernels() {}
}
