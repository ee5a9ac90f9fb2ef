package dev.lockstep.spark.prepare;

import dev.lockstep.config.ConfigException;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.analysis.UnresolvedAttribute;
import org.apache.spark.sql.catalyst.analysis.UnresolvedFunction;
import org.apache.spark.sql.catalyst.expressions.Cast;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.catalyst.expressions.PlanExpression;
import org.apache.spark.sql.catalyst.parser.CatalystSqlParser$;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DatetimeType;
import scala.jdk.javaapi.CollectionConverters;

/** Spark SQL expressions of a run file, checked by their parsed tree. */
final class Expressions {
  /** Run code of the class path, or read what is no row. */
  private static final Set<String> UNSAFE =
      Set.of(
          "reflect",
          "java_method",
          "try_reflect",
          "input_file_name",
          "input_file_block_start",
          "input_file_block_length");

  /** Give other values each time. */
  private static final Set<String> VARYING =
      Set.of(
          "rand",
          "random",
          "randn",
          "randstr",
          "uuid",
          "shuffle",
          "uniform",
          "now",
          "localtime",
          "monotonically_increasing_id",
          "spark_partition_id",
          "current_timestamp",
          "curdate",
          "current_date",
          "current_time",
          "localtimestamp",
          "aes_encrypt");

  /** Functions that SQL calls without parentheses. */
  private static final Set<String> VARYING_WORDS =
      Set.of("current_date", "current_timestamp", "current_time");

  /** What Spark makes of expressions that depend on when, and by whom, they are run. */
  private static final Set<String> VARYING_CLASSES =
      Set.of(
          "CurrentDate",
          "CurrentTimestamp",
          "CurrentBatchTimestamp",
          "CurrentTime",
          "CurrentUser",
          "LocalTimestamp",
          "Now");

  /** Texts that Spark takes for a date or a time that moves on. */
  private static final Pattern MOVING =
      Pattern.compile("(?i)\\s*(now|today|tomorrow|yesterday)(\\s.*)?");

  private static final Pattern MOVING_LITERAL =
      Pattern.compile(
          "(?is).*\\b(date|timestamp|timestamp_ltz|timestamp_ntz)\\s*['\"]\\s*"
              + "(now|today|tomorrow|yesterday)\\b.*");

  private Expressions() {}

  /**
   * The expression as a column of rows.
   *
   * @param key where it stands, such as {@code data.where}
   * @throws ConfigException if it does not parse, does not fit the rows, calls what it may not, or
   *     would give another value another time
   */
  static Column column(String key, String sql, Dataset<Row> rows) {
    parse(key, sql);
    Column column = functions.expr(sql);
    LogicalPlan analyzed;
    try {
      analyzed = Plans.analyzed(rows.select(column));
    } catch (Exception e) {
      throw refused(key, sql, e);
    }
    CollectionConverters.asJava(analyzed.expressions())
        .forEach(expression -> requireFixed(key, sql, expression));
    return column;
  }

  private static void requireFixed(String key, String sql, Expression expression) {
    boolean moving =
        expression instanceof Cast cast
            && cast.child() instanceof Literal literal
            && (cast.dataType() instanceof DatetimeType)
            && MOVING.matcher(String.valueOf(literal.value())).matches();
    String name = expression.getClass().getSimpleName();
    if (moving || VARYING_CLASSES.contains(name) || !expression.deterministic()) {
      throw varying(key, sql, expression.sql());
    }
    CollectionConverters.asJava(expression.children())
        .forEach(child -> requireFixed(key, sql, child));
  }

  private static ConfigException varying(String key, String sql, String what) {
    return new ConfigException(
        "%s = \"%s\": %s gives another value another time, rows must not: write the value itself"
            .formatted(key, sql, what));
  }

  /** The first names of the columns that an expression reads. */
  static Set<String> references(String key, String sql) {
    Set<String> names = new LinkedHashSet<>();
    collect(parse(key, sql), names);
    return names;
  }

  private static void collect(Expression expression, Set<String> names) {
    if (expression instanceof UnresolvedAttribute attribute) {
      names.add(attribute.nameParts().head());
    }
    CollectionConverters.asJava(expression.children()).forEach(child -> collect(child, names));
  }

  /** The refusal of an expression that Spark did not accept, in Spark's words. */
  static ConfigException refused(String key, String sql, Throwable cause) {
    String message = String.valueOf(cause.getMessage()).strip();
    int end = message.indexOf('\n');
    String line = end < 0 ? message : message.substring(0, end);
    return new ConfigException("%s = \"%s\": %s".formatted(key, sql, line));
  }

  private static Expression parse(String key, String sql) {
    Expression expression;
    try {
      expression = CatalystSqlParser$.MODULE$.parseExpression(sql);
    } catch (Exception e) {
      throw refused(key, sql, e);
    }
    if (MOVING_LITERAL.matcher(sql).matches()) {
      throw varying(key, sql, "a date or time such as today");
    }
    check(key, sql, expression);
    return expression;
  }

  private static void check(String key, String sql, Expression expression) {
    if (expression instanceof PlanExpression<?>) {
      throw new ConfigException(
          "%s = \"%s\": a subquery is not allowed, use the columns of the row".formatted(key, sql));
    }
    if (expression instanceof UnresolvedFunction function) {
      String name = function.nameParts().last().toLowerCase(Locale.ROOT);
      if (UNSAFE.contains(name)) {
        throw new ConfigException(
            "%s = \"%s\": the function %s is not allowed here".formatted(key, sql, name));
      }
      if (VARYING.contains(name)) {
        throw varying(key, sql, "the function " + name);
      }
    }
    if (expression instanceof UnresolvedAttribute attribute
        && attribute.nameParts().size() == 1
        && VARYING_WORDS.contains(attribute.nameParts().head().toLowerCase(Locale.ROOT))) {
      throw varying(key, sql, "the function " + attribute.nameParts().head());
    }
    CollectionConverters.asJava(expression.children()).forEach(child -> check(key, sql, child));
  }
}
