package dev.lockstep.app;

import picocli.CommandLine.IVersionProvider;

/** Which Lockstep this is. */
final class Version implements IVersionProvider {
  /** Name and version, as the jar's manifest has it. */
  static String text() {
    return "lockstep " + number();
  }

  /** The version, {@code development} where the classes are in no jar. */
  static String number() {
    String packaged = Version.class.getPackage().getImplementationVersion();
    return packaged == null ? "development" : packaged.replace("-SNAPSHOT", "");
  }

  @Override
  public String[] getVersion() {
    return new String[] {text()};
  }
}
