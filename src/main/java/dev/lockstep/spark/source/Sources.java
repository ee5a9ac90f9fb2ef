package dev.lockstep.spark.source;

import dev.lockstep.config.Registry;

/** All formats of sources. */
public final class Sources {
  /** The formats, by the name in {@code data.source.format}. */
  public static final Registry<Source> REGISTRY =
      new Registry<>("source", Source.class, "format")
          .with("csv", Csv.class)
          .with("libsvm", Libsvm.class)
          .with("json", Json.class)
          .with("text", Text.class)
          .with("windows", Windows.class)
          .with("parquet", Parquet.class)
          .with("orc", Orc.class)
          .with("avro", Avro.class)
          .with("images", Images.class)
          .with("table", Table.class)
          .with("synthetic", Synthetic.class);

  private Sources() {}
}
