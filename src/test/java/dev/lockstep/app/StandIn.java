package dev.lockstep.app;

import dev.lockstep.spark.source.IdxBytes;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.StringJoiner;
import java.util.zip.GZIPOutputStream;

/**
 * A table of a few random rows with the columns of a public one, where that is absent.
 *
 * @param file under the folder of the data sets; a name that ends in {@code .gz} is compressed
 * @param delimiter between values; {@link #IDX} for a pair of idx files, images and labels, where
 *     the name of the second has {@code labels} for {@code images} and 1 for 3
 * @param header whether the first line has the names
 * @param columns {@code name=values} each: {@code a|b} for one of them, {@code 1#9} for a whole
 *     number, {@code 0..1} for a number, {@code row} for the row's; of libsvm files the label
 * @param features of a libsvm file, pixels in a row of an image; 0 for a table
 */
record StandIn(String file, String delimiter, boolean header, List<String> columns, int features) {
  private static final int ROWS = 200;
  private static final String IDX = "idx";

  private static final String ADULT =
      "age=17#90 workclass=Private|State-gov|? fnlwgt=20000#90000 education=Bachelors|11th"
          + " education_num=1#16 marital_status=Divorced|Widowed occupation=Sales|? "
          + "relationship=Wife|Husband race=White|Black sex=Male|Female capital_gain=0#9000"
          + " capital_loss=0#900 hours_per_week=1#99 native_country=Cuba|? ";

  private static final String KDD =
      "duration=0#9 protocol_type=tcp|udp service=http|smtp flag=SF|REJ "
          + "n=0#99 ".repeat(37)
          + "connection=normal.|smurf.";

  private static final String IMDB = "label=0|1 stars=1#9 id=train/0 text=good|bad";

  /** What each run file of {@code conf/} reads. */
  static final Map<String, List<StandIn>> OF_RUN_FILES =
      Map.ofEntries(
          Map.entry("a9a", libsvm("a9a.gz a9a.t.gz", "label=-1|1", 123)),
          Map.entry("ijcnn1", libsvm("ijcnn1.trn.gz ijcnn1.tst.gz", "label=-1|1", 22)),
          Map.entry(
              "fashion-mnist",
              List.of(
                  new StandIn("train-images-idx3-ubyte.gz", IDX, false, List.of(), 28),
                  new StandIn("t10k-images-idx3-ubyte.gz", IDX, false, List.of(), 28))),
          Map.entry(
              "imdb",
              List.of(
                  table("train.tsv.gz", "\t", true, IMDB), table("test.tsv.gz", "\t", true, IMDB))),
          Map.entry(
              "tiny-shakespeare",
              List.of(table("input.txt", " ", false, "a=to|not b=be:|or c=to"))),
          Map.entry("dna", libsvm("dna.scale dna.scale.t", "label=1|2|3", 180)),
          Map.entry(
              "adult",
              List.of(
                  table("adult-train.csv.gz", ", ", false, ADULT + "income=<=50K|>50K"),
                  table("adult-test.csv.gz", ", ", false, ADULT + "income=<=50K.|>50K."))),
          Map.entry(
              "kddcup99",
              List.of(
                  table("kddcup.data_10_percent.gz", ",", false, KDD),
                  table("kddcup.corrected.test.gz", ",", false, KDD + "|new."))),
          Map.entry(
              "bank-marketing",
              List.of(
                  table(
                      "bank-additional-full.csv.gz",
                      ";",
                      true,
                      "age=20#60 job=services|unknown marital=married|single education=basic.4y|"
                          + "unknown default=no|unknown housing=no|yes loan=no|yes contact=telephone|"
                          + "cellular month=may|jun day_of_week=mon|tue duration=1#900 campaign=1#9"
                          + " pdays=3|999 previous=0#3 poutcome=nonexistent|failure emp.var.rate=-3..1"
                          + " cons.price.idx=92..95 cons.conf.idx=-50..-26 euribor3m=0..5"
                          + " nr.employed=4963#5228 y=no|yes"))),
          Map.entry(
              "beMTPL97",
              List.of(
                  table(
                      "beMTPL97.csv.gz",
                      ",",
                      true,
                      "id=1#999 expo=0.1..1 claim=0|1 nclaims=0#2 amount=0..9 average=NA|3"
                          + " coverage=TPL|TPL+ ageph=18#90 sex=male|female bm=0#22 power=10#200"
                          + " agec=0#40 fuel=gasoline|diesel use=private|work fleet=0|1"
                          + " postcode=1000#9999 long=2..6 lat=49..51"))),
          Map.entry(
              "bike-sharing",
              List.of(
                  table(
                      "hour.csv",
                      ",",
                      true,
                      "instant=row season=1#4 yr=0#1 mnth=1#12 hr=0#23 holiday=0#1 weekday=0#6"
                          + " workingday=0#1 weathersit=1#3 temp=0..1 atemp=0..1 hum=0..1"
                          + " windspeed=0..1 casual=0#9 registered=0#9 cnt=0#40"))),
          Map.entry(
              "california-housing",
              List.of(
                  table(
                      "housing.csv",
                      ",",
                      true,
                      "longitude=-124..-114 latitude=32..42 housing_median_age=1#52"
                          + " total_rooms=2#9000 total_bedrooms=|129|300 population=3#9000"
                          + " households=1#900 median_income=0..15 median_house_value=15000#500000"
                          + " ocean_proximity=INLAND|ISLAND"))),
          Map.entry(
              "electricity",
              List.of(
                  table(
                      "elec.csv.gz",
                      ",",
                      true,
                      "period=0..1 nswprice=0..1 nswdemand=0..1 vicprice=0..1 vicdemand=0..1"
                          + " transfer=0..1 class=0|1"))),
          Map.entry(
              "nycflights13",
              List.of(
                  table(
                      "flights.csv.gz",
                      ",",
                      true,
                      "year=2013 month=1#12 day=1#28 dep_time=500#900 dep_delay=-5|40|NA"
                          + " arr_time=800#999 arr_delay=-9|50 carrier=UA|DL tailnum=N14228|NA"
                          + " flight=1#99 origin=EWR|JFK dest=IAH|MIA air_time=40#400"
                          + " distance=200#2000 hour=5#9 minute=0#59"))));

  private static StandIn table(String file, String delimiter, boolean header, String columns) {
    return new StandIn(file, delimiter, header, List.of(columns.split(" +")), 0);
  }

  private static List<StandIn> libsvm(String files, String label, int features) {
    return List.of(files.split(" ")).stream()
        .map(file -> new StandIn(file, " ", false, List.of(label), features))
        .toList();
  }

  /** Writes the table into a folder; equal names give equal rows. */
  void write(Path folder) throws IOException {
    Files.createDirectories(folder);
    Random random = new Random(file.hashCode());
    if (delimiter.equals(IDX)) {
      byte[] digits = IdxBytes.random(ROWS, 10, random);
      byte[] pixels = IdxBytes.random(ROWS * features * features, 256, random);
      String labels = file.replace("images", "labels").replace("idx3", "idx1");
      Files.write(folder.resolve(labels), IdxBytes.gzip(IdxBytes.of(digits, ROWS)));
      Files.write(
          folder.resolve(file), IdxBytes.gzip(IdxBytes.of(pixels, ROWS, features, features)));
      return;
    }
    StringBuilder text = new StringBuilder();
    if (header) {
      StringJoiner names = new StringJoiner(delimiter, "", "\n");
      columns.forEach(column -> names.add(column.substring(0, column.indexOf('='))));
      text.append(names);
    }
    for (int row = 0; row < ROWS; row++) {
      int at = row;
      StringJoiner cells = new StringJoiner(delimiter, "", "\n");
      columns.forEach(column -> cells.add(value(column.replaceFirst("[^=]*=", ""), at, random)));
      for (int j = 1; j <= features; j += 1 + random.nextInt(9)) {
        cells.add(j + ":" + random.nextInt(1, 9) / 8.0);
      }
      text.append(cells);
    }
    try (OutputStream out = Files.newOutputStream(folder.resolve(file));
        OutputStream packed = file.endsWith(".gz") ? new GZIPOutputStream(out) : out) {
      packed.write(text.toString().getBytes(StandardCharsets.UTF_8));
    }
  }

  private static String value(String values, int row, Random random) {
    if (values.equals("row")) {
      return "" + row;
    }
    if (values.contains("#")) {
      String[] ends = values.split("#");
      return "" + random.nextInt(Integer.parseInt(ends[0]), Integer.parseInt(ends[1]) + 1);
    }
    if (values.matches("[-0-9.]+\\.\\.[-0-9.]+")) {
      String[] ends = values.split("\\.\\.");
      return "" + random.nextDouble(Double.parseDouble(ends[0]), Double.parseDouble(ends[1]));
    }
    String[] choices = values.split("\\|");
    return choices[random.nextInt(choices.length)];
  }
}
