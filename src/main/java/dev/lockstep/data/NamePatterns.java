package dev.lockstep.data;

import dev.lockstep.config.NearestKey;
import dev.lockstep.data.Layout.Slice;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Patterns of the names of tensors, such as {@code 0.*}: a star stands for any letters. */
public final class NamePatterns {
  private static final int MOST_NAMED = 8;

  private final List<String> texts;
  private final List<Pattern> patterns;

  /** The patterns of a setting. */
  public NamePatterns(List<String> texts) {
    this.texts = List.copyOf(texts);
    this.patterns =
        texts.stream()
            .map(text -> Arrays.stream(text.split("\\*", -1)).map(Pattern::quote))
            .map(parts -> Pattern.compile(parts.collect(Collectors.joining(".*"))))
            .toList();
  }

  /** Whether one of them is that of a tensor's name. */
  public boolean match(Slice slice) {
    return patterns.stream().anyMatch(pattern -> pattern.matcher(slice.name()).matches());
  }

  /**
   * The patterns that match no tensor of a layout, a sentence each.
   *
   * @param setting where they are written
   */
  public List<String> problems(String setting, Layout layout) {
    List<String> names = layout.slices().stream().map(Slice::name).toList();
    List<String> problems = new ArrayList<>();
    for (int i = 0; i < texts.size(); i++) {
      Pattern pattern = patterns.get(i);
      if (names.stream().noneMatch(name -> pattern.matcher(name).matches())) {
        problems.add(
            "%s[%d] is %s, which is the name of no parameter; %s"
                .formatted(setting, i, texts.get(i), advice(texts.get(i), names)));
      }
    }
    return problems;
  }

  private static String advice(String typed, List<String> names) {
    return NearestKey.of(typed, names)
        .map(name -> "did you mean " + name + "?")
        .orElseGet(
            () ->
                "there are "
                    + String.join(", ", names.subList(0, Math.min(MOST_NAMED, names.size())))
                    + (names.size() > MOST_NAMED ? " and so on" : ""));
  }
}
