package dev.lockstep.bench;

import java.io.File;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Commands of other JVMs with the settings and the class path of this one. */
final class JavaCommand {
  private JavaCommand() {}

  /** The command that runs a main class with a heap of its own. */
  static List<String> of(String heap, Class<?> main, String... args) {
    List<String> command = new ArrayList<>();
    command.add(System.getProperty("java.home") + File.separator + "bin" + File.separator + "java");
    for (String argument : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
      if (!argument.startsWith("-Xmx")) {
        command.add(argument);
      }
    }
    Collections.addAll(
        command, "-Xmx" + heap, "-cp", System.getProperty("java.class.path"), main.getName());
    Collections.addAll(command, args);
    return command;
  }
}
