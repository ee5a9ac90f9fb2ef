package dev.lockstep.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.train.store.OwnedRun;
import dev.lockstep.train.store.RunDirectory;
import java.io.File;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that has no libtorch: a class loader of its own, without the jars of the binding. */
class WithoutLibtorchTest {
  private static final String BINDING = "org.bytedeco";

  @TempDir private Path folder;

  private static URLClassLoader loader() throws MalformedURLException {
    List<URL> places = new ArrayList<>();
    for (String place : System.getProperty("java.class.path").split(File.pathSeparator)) {
      if (!place.contains("bytedeco")) {
        places.add(new File(place).toURI().toURL());
      }
    }
    return new URLClassLoader(places.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
  }

  /** Runs a command line there; its exit code and both streams. */
  private static String run(String... args) throws Exception {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    try (URLClassLoader loader = loader()) {
      assertThatThrownBy(() -> loader.loadClass(BINDING + ".pytorch.Tensor"))
          .isInstanceOf(ClassNotFoundException.class);
      thread.setContextClassLoader(loader);
      Class<?> type = loader.loadClass(CommandLineRun.class.getName());
      Object run = type.getMethod("of", String[].class).invoke(null, (Object) args);
      return type.getMethod("code").invoke(run) + " " + type.getMethod("text").invoke(run);
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  private String file(String model) throws IOException {
    String text = "data.source { format = synthetic, rows = 64 }, optimizer.kind = adam, model ";
    return Files.writeString(folder.resolve("a.conf"), text + model).toString();
  }

  @Test
  void aNetworkEndsWithTheOptionThatItNeeds() throws Exception {
    for (String model :
        List.of("{ kind = mlp }", "{ kind = network, layers = [{ kind = conv }] }")) {
      assertThat(run("check", file(model)))
          .startsWith(ExitCode.CONFIGURATION.code() + " ")
          .contains(
              "needs libtorch, which is in a jar of its own: add --jars ",
              "lockstep-torch-linux-x86_64.jar to the command");
    }
  }

  /** It goes on once it has libtorch: nothing of it needs to be given up. */
  @Test
  void aNetworkWhoseTrainingHasBegunNeedsTheOptionOnly() throws Exception {
    String file = file("{ kind = mlp }");
    String output = "output=" + folder.resolve("begun");
    RunFile run = RunFileReader.text(file, List.of(output), Optional.empty()).settings();
    try (OwnedRun owned = RunDirectory.at(run.output(), new Configuration()).claim()) {
      owned.begin(Descriptions.of(run, run.shards(), List.of()), 1);
    }
    assertThat(run("train", file, "--set", output))
        .startsWith(ExitCode.CONFIGURATION.code() + " ")
        .contains("needs libtorch")
        .doesNotContain("another output");
  }

  /** Problems of the description are told beside the missing jar: both are read without it. */
  @Test
  void theRunFileIsReadWhole() throws Exception {
    assertThat(run("check", file("{ kind = mlp, hidden = [0] }")))
        .startsWith(ExitCode.CONFIGURATION.code() + " ")
        .contains("model.hidden must be at least 1 each, is [0]");
  }
}
