package dev.lockstep.app;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.util.Collection;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.Appender;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.appender.ConsoleAppender;
import org.apache.logging.log4j.core.config.Configuration;
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
   * Keeps the terminal for something that is drawn in its place: each line that is logged there is
   * told, as it moves what was drawn; where nothing but the terminal would get them, our own lines
   * below warnings are left out.
   *
   * @return gives the terminal back
   */
  static Runnable keepTerminal(Runnable onLine) {
    LoggerContext context = LoggerContext.getContext(false);
    Configuration configuration = context.getConfiguration();
    Collection<Appender> places = configuration.getAppenders().values();
    LoggerConfig ours = configuration.getLoggerConfig(PACKAGE);
    Level before = ours.getLevel();
    boolean elsewhere = !places.stream().allMatch(ConsoleAppender.class::isInstance);
    if (!elsewhere && before == Level.INFO && ours.getName().equals(PACKAGE)) {
      ours.setLevel(Level.WARN);
    }
    LineWatch watch = new LineWatch(onLine);
    watch.start();
    LoggerConfig root = configuration.getRootLogger();
    root.addAppender(watch, null, null);
    context.updateLoggers();
    return () -> {
      root.removeAppender(watch.getName());
      ours.setLevel(before);
      context.updateLoggers();
      watch.stop();
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
