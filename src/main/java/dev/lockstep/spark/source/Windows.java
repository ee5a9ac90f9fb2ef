package dev.lockstep.spark.source;

import dev.lockstep.config.Required;
import dev.lockstep.spark.source.Tokenizer.Unit;
import java.util.Objects;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;

/**
 * Windows of running text, for language models: one column {@code text} of {@code context + 1}
 * tokens, all but the last of which are read while the next one is predicted. Each file is a text
 * of its own, UTF-8, compressed or not. Rows have no label.
 *
 * @param path a file, a directory or a glob; any Hadoop URI
 * @param unit what a token is; words are told apart by blanks, signs between them are dropped. What
 *     the tokens of byte pairs are is learned from the windows: so a window is as many words as it
 *     shall have tokens, which are its first ones, and {@code stride} counts words
 * @param context tokens that a window predicts; the last window of a text may have fewer
 * @param stride tokens from the beginning of a window to that of the next; by default the context,
 *     so that each token of the text is predicted once
 * @param from where the text begins, as a share of its tokens
 * @param to where it ends: first 0.9 of a text for training and the rest for validation as
 *     character models have it
 */
public record Windows(
    @Required String path, Unit unit, int context, Optional<Integer> stride, double from, double to)
    implements Source {
  /** 64 characters at a time, of the whole text; the path must be given. */
  public static final Windows DEFAULTS =
      new Windows("", Unit.CHARACTERS, 64, Optional.empty(), 0, 1);

  private static final int MOST = 100_000;

  /** Checks the ranges. */
  public Windows {
    Objects.requireNonNull(unit);
    require(context >= 1 && context < MOST, "context must be from 1 to 99999, is " + context);
    int apart = stride.orElse(context);
    require(
        apart >= 1 && apart <= context,
        "stride must be from 1 to context = %d, is %d".formatted(context, apart));
    require(
        from >= 0 && from < to && to <= 1,
        "from and to must be shares of the text, from 0 to 1, the first below the second, are "
            + from
            + " and "
            + to);
  }

  private static void require(boolean holds, String message) {
    if (!holds) {
      throw new IllegalArgumentException(message);
    }
  }

  @Override
  public Optional<String> place() {
    return Optional.of(path);
  }

  @Override
  public boolean labelled() {
    return false;
  }

  @Override
  public SourceRows open(SparkSession session, SourceRequest request) {
    return new WindowFiles(this, session, request).open();
  }

  /** Where windows lie. */
  WindowPlaces places() {
    return new WindowPlaces(context, stride.orElse(context), from, to);
  }
}
