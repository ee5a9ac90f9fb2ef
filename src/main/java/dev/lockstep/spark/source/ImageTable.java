package dev.lockstep.spark.source;

import dev.lockstep.config.ConfigException;
import dev.lockstep.data.DataException;
import dev.lockstep.data.InputMissingException;
import dev.lockstep.spark.source.Source.InputFile;
import dev.lockstep.spark.source.Source.SourceRequest;
import dev.lockstep.spark.source.Source.SourceRows;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;

/**
 * Images that a csv file with a header names, relative to itself, beside their labels and whatever
 * else it tells of them. A row is identified by its place in the csv file.
 */
final class ImageTable {
  /** Before the names of images in a fingerprint. */
  private static final String IMAGES = "images:";

  private final SparkSession session;
  private final String path;
  private final String column;
  private final int channels;

  /**
   * A table.
   *
   * @param path the csv file
   * @param column the column that names images
   * @param channels 1 for grey, 3 for colours, 0 for those of the first image
   */
  ImageTable(SparkSession session, String path, String column, int channels) {
    this.session = session;
    this.path = path;
    this.column = column;
    this.channels = channels;
  }

  /** The rows of the csv file with their images. */
  SourceRows open(SourceRequest request) {
    Configuration hadoop = LineFiles.hadoop(session);
    SourceRows table =
        Csv.of(path, Map.of(column, ColumnType.STRING)).open(session, ofTable(request));
    requireNoOther(table.rows());
    List<Row> named =
        table.rows().select(quoted(), Identity.FILE, Identity.POSITION).collectAsList();
    String root = SparkFiles.root(InputFiles.list(hadoop, path, List.of()).get(0));
    List<ListedFile> listed = listed(hadoop, root, named, table.names());
    if (!request.expected().isEmpty()) {
      InputFiles.compare(path, listed, ofImages(request));
    }
    List<InputFile> images = InputFiles.inputs(listed);
    boolean drop = request.dropBadRows();
    ImageSet set = ImageSet.of(session, root, images, channels, drop);
    BadImages bad = BadImages.find(session, set, images, drop);
    long dropped = named.stream().filter(row -> bad.contains(row.getString(0))).count();
    List<InputFile> files = new ArrayList<>(table.files());
    images.forEach(image -> files.add(renamed(image, IMAGES + image.path())));
    Dataset<Row> good = dropped == 0 ? table.rows() : without(table.rows(), bad);
    return new SourceRows(
        Identity.select(ImageColumn.addTo(good, column, set), request.columns()),
        table.count() - dropped,
        files,
        () -> table.badRows().count() + dropped,
        table.names());
  }

  private SourceRequest ofTable(SourceRequest request) {
    List<String> columns = new ArrayList<>(request.columns());
    columns.remove(ImageColumn.NAME);
    if (!request.columns().isEmpty() && !columns.contains(column)) {
      columns.add(column);
    }
    return new SourceRequest(
        request.dropBadRows(),
        request.expected().stream().filter(file -> !file.path().startsWith(IMAGES)).toList(),
        columns,
        request.types(),
        request.mostRows(),
        request.texts().stream().filter(name -> !name.equals(ImageColumn.NAME)).toList(),
        request.other());
  }

  private static List<InputFile> ofImages(SourceRequest request) {
    return request.expected().stream()
        .filter(file -> file.path().startsWith(IMAGES))
        .map(file -> renamed(file, file.path().substring(IMAGES.length())))
        .toList();
  }

  private static InputFile renamed(InputFile file, String path) {
    return new InputFile(path, file.sizeBytes(), file.modifiedMillis());
  }

  private void requireNoOther(Dataset<Row> rows) {
    List<String> columns = Arrays.asList(rows.columns());
    if (!columns.contains(column)) {
      throw new ConfigException(
          "data.source.file: %s has no column %s that names images; it has %s"
              .formatted(path, column, String.join(", ", columns)));
    }
    if (columns.contains(ImageColumn.NAME) && !column.equals(ImageColumn.NAME)) {
      throw new ConfigException(
          "%s has a column image, which is what the pixels are called: name it as data.source.file"
                  .formatted(path)
              + " if it names them, else rename it");
    }
  }

  /** The images that are named, sorted by name; each folder is listed once. */
  private static List<ListedFile> listed(
      Configuration hadoop, String root, List<Row> named, RowNames rows) {
    TreeMap<String, ListedFile> found = new TreeMap<>();
    Map<Path, Map<String, FileStatus>> folders = new HashMap<>();
    for (Row row : named) {
      String name = row.isNullAt(0) ? "" : row.getString(0);
      if (found.containsKey(name)) {
        continue;
      }
      Path address = address(root, name);
      FileStatus status =
          folders
              .computeIfAbsent(address.getParent(), folder -> statuses(hadoop, folder))
              .get(address.getName());
      if (name.isEmpty() || status == null) {
        LocalNames.requireWritable(address);
        String where = rows.of(row.getString(1), row.getLong(2));
        throw name.isEmpty()
            ? new DataException(where + " names no image")
            : new InputMissingException(where + ": there is no image " + name);
      }
      InputFile input = new InputFile(name, status.getLen(), status.getModificationTime());
      found.put(name, new ListedFile(input, address.toString()));
    }
    return new ArrayList<>(found.values());
  }

  private static Path address(String root, String name) {
    try {
      return ImageSet.address(root, name.isEmpty() ? "." : name);
    } catch (IllegalArgumentException e) {
      throw new DataException("\"" + name + "\" is no name of a file: " + e.getMessage(), e);
    }
  }

  private static Map<String, FileStatus> statuses(Configuration hadoop, Path folder) {
    Map<String, FileStatus> files = new HashMap<>();
    try {
      for (FileStatus status : folder.getFileSystem(hadoop).listStatus(folder)) {
        if (status.isFile()) {
          files.put(status.getPath().getName(), status);
        }
      }
    } catch (FileNotFoundException e) {
      return files;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return files;
  }

  /** The rows but those of bad images. */
  private Dataset<Row> without(Dataset<Row> rows, BadImages bad) {
    UDF1<String, Boolean> good = name -> !bad.contains(name);
    return rows.filter(functions.udf(good, DataTypes.BooleanType).apply(rows.col(quoted())));
  }

  private String quoted() {
    return "`" + column.replace("`", "``") + "`";
  }
}
