package dev.dorado.schemas;

import com.google.re2j.Pattern;
import java.util.ArrayList;
import java.util.List;

/** All matches of a linear-time pattern in a text. */
public final class Matches {

  private Matches() {}

  /**
   * What group {@code group} holds in each match of {@code pattern} in {@code text}, in order.
   * Groups that take no part in a match are left out.
   *
   * @param group number of the group; 0 is the whole match
   */
  public static List<String> of(Pattern pattern, CharSequence text, int group) {
    List<String> found = new ArrayList<>();
    var matcher = pattern.matcher(text);
    while (matcher.find()) {
      String value = matcher.group(group);
      if (value != null) {
        found.add(value);
      }
    }
    return found;
  }
}
