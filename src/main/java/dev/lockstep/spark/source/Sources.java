package dev.lockstep.spark.source;

import dev.lockstep.config.Registry;

/** All formats of sources. */
public final class Sources {
  /** The formats, by the name in {@code data.source.format}. */
  public static final Registry<Source> REGISTRY =
      new Registry<>("source", Source.class)
          .with("csv", Csv.class)
          .with("synthetic", Synthetic.class);

  private Sources() {}
}
