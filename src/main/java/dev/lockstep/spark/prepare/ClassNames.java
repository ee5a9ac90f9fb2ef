package dev.lockstep.spark.prepare;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.types.ByteType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.FloatType;
import org.apache.spark.sql.types.IntegerType;
import org.apache.spark.sql.types.LongType;
import org.apache.spark.sql.types.ShortType;
import org.apache.spark.sql.vectorized.ColumnVector;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * The classes that a task meets in a column of labels: the text of each is made once, as Spark SQL
 * makes it of every row. Not safe for threads.
 */
public final class ClassNames {
  private static final double MOST_WHOLE = 1e15;

  private final DataType type;
  private final List<Known> met = new ArrayList<>();
  private final Map<UTF8String, Known> texts = new HashMap<>();
  private long[] bits = new long[16];
  private Known[] known = new Known[16];

  /** A class that was met. */
  public static final class Known {
    /** The class, whole numbers without a decimal point. */
    public final String name;

    /** The UTF-8 of the name. */
    public final byte[] bytes;

    /** The label as Spark SQL writes it, which decides split and folds. */
    public final String stratum;

    /** How many were met before it. */
    public final int number;

    /** Whether somebody has checked it. */
    public boolean met;

    /** How many training rows have it, of those that somebody counts. */
    public long train;

    /** How many other rows have it, of those that somebody counts. */
    public long others;

    Known(String name, String stratum, int number) {
      this.number = number;
      this.name = name;
      this.bytes = name.getBytes(StandardCharsets.UTF_8);
      this.stratum = stratum;
    }
  }

  /** Of a column of a type that is served. */
  public ClassNames(DataType type) {
    this.type = type;
  }

  /** Whether classes of a type are named here: strings and numbers but decimals. */
  public static boolean serves(DataType type) {
    return type.equals(DataTypes.StringType) || isNumber(type);
  }

  /** Whether a column is of numbers that {@link #number} reads. */
  public static boolean isNumber(DataType type) {
    return type instanceof DoubleType
        || type instanceof FloatType
        || type instanceof LongType
        || type instanceof IntegerType
        || type instanceof ShortType
        || type instanceof ByteType;
  }

  /** A whole number. */
  static long whole(ColumnVector column, DataType type, int row) {
    if (type instanceof LongType) {
      return column.getLong(row);
    }
    return type instanceof IntegerType
        ? column.getInt(row)
        : type instanceof ShortType ? column.getShort(row) : column.getByte(row);
  }

  /** A number as a double. */
  public static double number(ColumnVector column, DataType type, int row) {
    if (type instanceof DoubleType) {
      return column.getDouble(row);
    }
    return type instanceof FloatType ? column.getFloat(row) : whole(column, type, row);
  }

  /** A number as a float: a whole number is rounded once. */
  public static float narrow(ColumnVector column, DataType type, int row) {
    if (type instanceof DoubleType) {
      return (float) column.getDouble(row);
    }
    return type instanceof FloatType ? column.getFloat(row) : whole(column, type, row);
  }

  /** The class of a row, which must have one. */
  public Known of(ColumnVector column, int row) {
    if (type.equals(DataTypes.StringType)) {
      UTF8String text = column.getUTF8String(row);
      Known found = texts.get(text);
      if (found == null) {
        found = met(text.toString(), text.toString());
        texts.put(text.clone(), found);
      }
      return found;
    }
    return ofNumber(column, row);
  }

  private Known ofNumber(ColumnVector column, int row) {
    boolean fraction = type instanceof DoubleType || type instanceof FloatType;
    double value = number(column, type, row);
    long key = fraction ? Double.doubleToLongBits(value) : whole(column, type, row);
    int at = slot(key);
    if (known[at] == null) {
      if (2 * met.size() > known.length) {
        grow();
        at = slot(key);
      }
      bits[at] = key;
      known[at] = fraction ? ofFraction(value) : ofWhole(key);
    }
    return known[at];
  }

  private int slot(long key) {
    int mask = known.length - 1;
    int at = (int) (key * 0x9E3779B97F4A7C15L >>> 40) & mask;
    while (known[at] != null && bits[at] != key) {
      at = at + 1 & mask;
    }
    return at;
  }

  private void grow() {
    long[] oldBits = bits;
    Known[] old = known;
    bits = new long[2 * old.length];
    known = new Known[2 * old.length];
    for (int i = 0; i < old.length; i++) {
      if (old[i] != null) {
        int at = slot(oldBits[i]);
        bits[at] = oldBits[i];
        known[at] = old[i];
      }
    }
  }

  private Known met(String name, String stratum) {
    Known added = new Known(name, stratum, met.size());
    met.add(added);
    return added;
  }

  private Known ofWhole(long value) {
    String text = Long.toString(value);
    return met(text, text);
  }

  private Known ofFraction(double value) {
    String text =
        type instanceof FloatType ? Float.toString((float) value) : Double.toString(value);
    boolean whole = value == Math.floor(value) && Math.abs(value) < MOST_WHOLE;
    return met(whole ? Long.toString((long) value) : text, text);
  }

  /** Every class that was met, by its number. */
  public List<Known> all() {
    return Collections.unmodifiableList(met);
  }
}
