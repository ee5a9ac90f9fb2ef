package dev.lockstep.app;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.config.Configurator;

/** Logs: ours from info on, of the libraries only what is wrong, unless the user says otherwise. */
final class Logging {
  private static final String SPARK_DEFAULTS = "org/apache/spark/log4j2-defaults.properties";

  private Logging() {}

  /** Sets up logging, before anything is logged. A configuration of the user's stays as it is. */
  static void begin(boolean verbose) {
    LoggerContext context = LoggerContext.getContext(false);
    URI location = context.getConfiguration().getConfigurationSource().getURI();
    if (location == null || location.toString().endsWith(SPARK_DEFAULTS)) {
      Configurator.reconfigure(ours());
    }
    if (verbose) {
      Configurator.setLevel("dev.lockstep", Level.DEBUG);
      Configurator.setLevel("org.apache.spark", Level.WARN);
    }
  }

  private static URI ours() {
    URL resource = Logging.class.getResource("log4j2.properties");
    try {
      return resource.toURI();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(resource + " is no URI", e);
    }
  }
}
