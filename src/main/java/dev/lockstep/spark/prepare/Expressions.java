package dev.lockstep.spark.prepare;

import dev.lockstep.config.ConfigException;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.catalyst.analysis.UnresolvedAttribute;
import org.apache.spark.sql.catalyst.analysis.UnresolvedFunction;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.PlanExpression;
import org.apache.spark.sql.catalyst.parser.CatalystSqlParser$;
import org.apache.spark.sql.functions;
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
          "unix_timestamp");

  private Expressions() {}

  /**
   * The expression as a column.
   *
   * @param key where it stands, such as {@code data.where}
   * @throws ConfigException if it does not parse or calls what it may not
   */
  static Column column(String key, String sql) {
    parse(key, sql);
    return functions.expr(sql);
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
        throw new ConfigException(
            "%s = \"%s\": the function %s gives another value each time, rows must not"
                .formatted(key, sql, name));
      }
    }
    CollectionConverters.asJava(expression.children()).forEach(child -> check(key, sql, child));
  }
}
