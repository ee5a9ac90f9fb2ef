package dev.lockstep.app;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Configurator;
import org.apache.logging.log4j.core.config.LoggerConfig;
import org.apache.logging.log4j.core.config.Property;

/** Logs: ours from info on, of the libraries only what is wrong, unless the user says otherwise. */
final class Logging {
  private static final String PACKAGE = "dev.lockstep";
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
      Configurator.setLevel(PACKAGE, Level.DEBUG);
      Configurator.setLevel("org.apache.spark", Level.WARN);
    }
  }

  /**
   * Keeps a terminal for something that is drawn in its place: of ours only warnings are logged,
   * unless the user asked for more, and each line is told, as it moves what was drawn.
   *
   * @return gives the terminal back
   */
  static Runnable keepTerminal(Runnable onLine) {
    LoggerContext context = LoggerContext.getContext(false);
    Level before = LogManager.getLogger(PACKAGE).getLevel();
    if (before == Level.INFO) {
      Configurator.setLevel(PACKAGE, Level.WARN);
    }
    LineWatch watch = new LineWatch(onLine);
    watch.start();
    LoggerConfig root = context.getConfiguration().getRootLogger();
    root.addAppender(watch, null, null);
    context.updateLoggers();
    return () -> {
      root.removeAppender(watch.getName());
      context.updateLoggers();
      watch.stop();
      Configurator.setLevel(PACKAGE, before);
    };
  }

  private static final class LineWatch extends AbstractAppender {
    private final Runnable onLine;

    LineWatch(Runnable onLine) {
      super("lines", null, null, true, Property.EMPTY_ARRAY);
      this.onLine = onLine;
    }

    @Override
    public void append(LogEvent event) {
      onLine.run();
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
