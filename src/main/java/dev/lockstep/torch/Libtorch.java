package dev.lockstep.torch;

import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.Optional;
import java.util.stream.Stream;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.openblas.global.openblas;
import org.bytedeco.pytorch.global.torch;

/**
 * The native library: whether it is there, and how it runs. Every task has one thread of its own,
 * so libtorch and its BLAS get one each: their pools would only fight for the cores.
 */
final class Libtorch {
  private static final String BINDING = "org.bytedeco.pytorch.global.torch";
  private static final String NATIVES = "org/bytedeco/pytorch/";
  private static final String CUDA = "-gpu";
  private static final String NO_LIBRARY = "none-beside-libtorch";
  private static final String JAR = "lockstep-torch-linux-x86_64.jar";

  /** Loaded when it is first touched, once for the process. */
  private static final class Loaded {
    static {
      // The limit of javacpp counts the heap of the JVM as if it were native memory.
      unlessSet("org.bytedeco.javacpp.maxPhysicalBytes", "0");
      unlessSet("org.bytedeco.javacpp.maxBytes", "0");
      // MLlib would load an OpenBLAS of the system beside libtorch's: two in a process crash it.
      unlessSet("dev.ludovic.netlib.blas.nativeLib", NO_LIBRARY);
      unlessSet("dev.ludovic.netlib.lapack.nativeLib", NO_LIBRARY);
      unlessSet("dev.ludovic.netlib.arpack.nativeLib", NO_LIBRARY);
      openblas.blas_set_num_threads(1);
      torch.set_num_interop_threads(1);
      // oneDNN does its work; where it cannot run, each thread would say so on stderr.
      torch.globalContext().setUserEnabledNNPACK(false);
      torch.set_num_threads(1);
      OneDnn.trustIfRight();
    }

    private Loaded() {}

    private static void unlessSet(String key, String value) {
      if (System.getProperty(key) == null) {
        System.setProperty(key, value);
      }
    }

    static void touch() {
      // Runs the initializer.
    }
  }

  private Libtorch() {}

  /**
   * What is not there, and how to add it, as the end of a sentence that begins with who needs it;
   * empty if networks can run in this process.
   */
  static Optional<String> missing() {
    ClassLoader loader = Libtorch.class.getClassLoader();
    try {
      Class.forName(BINDING, false, loader);
    } catch (ClassNotFoundException e) {
      return Optional.of(
          "needs libtorch, which is in a jar of its own: add --jars %s to the command"
              .formatted(jar()));
    }
    String platform = Loader.getPlatform();
    boolean there =
        Stream.of(platform, platform + CUDA)
            .anyMatch(each -> loader.getResource(NATIVES + each + "/libjnitorch.so") != null);
    return there
        ? Optional.empty()
        : Optional.of(
            "needs libtorch for %s, which is not in %s: build one there with -Dtorch.platform=%s"
                .formatted(platform, JAR, platform));
  }

  /** Where the jar is: beside ours, if it was not moved. */
  private static String jar() {
    CodeSource ours = Libtorch.class.getProtectionDomain().getCodeSource();
    try {
      Path beside = Path.of(ours.getLocation().toURI()).resolveSibling(JAR);
      if (Files.exists(beside)) {
        return beside.toString();
      }
    } catch (URISyntaxException | RuntimeException e) {
      // Ours did not come from a file.
    }
    return "<folder of lockstep.jar>/" + JAR;
  }

  /**
   * Makes the calling thread run libtorch on itself alone. The count of threads is kept by thread,
   * so each that works must ask.
   *
   * @throws IllegalStateException if libtorch or its BLAS insists on more
   */
  static void onThisThread() {
    Loaded.touch();
    torch.set_num_threads(1);
    if (torch.get_num_threads() != 1 || openblas.blas_get_num_threads() != 1) {
      throw new IllegalStateException(
          "libtorch runs on %d threads and its BLAS on %d, each must be 1: set OMP_NUM_THREADS=1"
                  .formatted(torch.get_num_threads(), openblas.blas_get_num_threads())
              + " and OPENBLAS_NUM_THREADS=1 in the environment of executors");
    }
  }
}
