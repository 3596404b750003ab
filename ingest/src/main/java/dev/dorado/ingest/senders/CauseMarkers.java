package dev.dorado.ingest.senders;

import com.google.common.base.CharMatcher;
import com.google.re2j.Pattern;
import dev.dorado.schemas.NoDeploymentCause;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What a text names as the cause of an incident (rule F2): on a line that begins with {@code root
 * cause:} or {@code caused by:} (a list mark or bold type before it will do), the SHAs, numbers of
 * pull requests, versions and addresses; and statements that it was no deployment (rule F6).
 */
final class CauseMarkers {

  private static final int LONGEST_LINE = 1_000;
  private static final Pattern MARKED_LINE =
      Pattern.compile(
          "(?im)^[\\s>*_#-]{0,10}(?:root[ -]cause|caused[ -]by)[*_]{0,3}\\s{0,3}[:=]([^\\r\\n]+)");
  private static final Pattern CAUSE =
      Pattern.compile(
          "https?://[^\\s,;<>()\\[\\]`]+"
              + "|(?:[\\w.-]{1,100}/[\\w.-]{1,100})?#\\d{1,18}"
              + "|\\b(?:azure-devops|cdevents|generic|gitea|github|gitlab):[^\\s,;]{1,200}"
              + "|\\b[0-9a-fA-F]{7,64}\\b"
              + "|\\bv?\\d+(?:\\.\\d+)+(?:[-+][\\w.]+)?");

  private CauseMarkers() {}

  /** The causes that {@code text} names, in their order, each once. */
  static List<String> in(String text) {
    List<String> causes = new ArrayList<>();
    var line = MARKED_LINE.matcher(text);
    while (line.find()) {
      String marked = beginning(line.group(1));
      NoDeploymentCause.in(marked)
          .map(words -> words.toLowerCase(Locale.ROOT))
          .filter(words -> !causes.contains(words))
          .ifPresent(causes::add);
      var cause = CAUSE.matcher(marked);
      while (cause.find()) {
        String found = cause.group();
        String name =
            Shas.isShaOrPrefix(found) || Shas.isWhole(found)
                ? found.toLowerCase(Locale.ROOT)
                : CharMatcher.anyOf(".:").trimTrailingFrom(found);
        if (!causes.contains(name)) {
          causes.add(name);
        }
      }
    }
    return causes;
  }

  private static String beginning(String line) {
    return line.substring(0, Math.min(line.length(), LONGEST_LINE));
  }
}
