package dev.dorado.ingest.senders;

import com.google.common.base.CharMatcher;
import com.google.re2j.Pattern;
import dev.dorado.schemas.NoDeploymentCause;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What a text names as the cause of an incident (rule F2): on a line that begins with {@code root
 * cause:} or {@code caused by:} (a list mark or bold type before it will do), or on the first line
 * under a heading {@code ### Root cause} as the forms of issues have it, the SHAs, numbers of pull
 * and merge requests, versions, deployments and addresses; and statements that it was no deployment
 * (rule F6).
 */
final class CauseMarkers {

  private static final int LONGEST_LINE = 1_000;
  private static final CharMatcher LIST_MARK = CharMatcher.anyOf(" \t>*-");
  private static final Pattern MARKED_LINE =
      Pattern.compile(
          "(?i)[\\s>*_#-]{0,10}(?:root[ -]cause|caused[ -]by)[*_]{0,3}\\s{0,3}[:=](.+)");
  private static final Pattern MARKED_HEADING =
      Pattern.compile(
          "(?i)[\\s>]{0,10}#{1,6}\\s+[*_]{0,3}(?:root[ -]cause|caused[ -]by)[*_]{0,3}\\s*[:?]?[*_]{0,3}[\\s#]*");
  private static final Pattern HEADING = Pattern.compile("[\\s>]{0,10}#{1,6}\\s");
  private static final Pattern CAUSE =
      Pattern.compile(
          "https?://[^\\s,;<>()\\[\\]`]+"
              + "|[\\w.-]{1,100}/[\\w.-]{1,100}[#!]\\d{1,18}"
              + "|#\\d{1,18}|\\B!\\d{1,18}\\b"
              + "|\\b(?:azure-devops|cdevents|generic|gitea|github|gitlab):[^\\s,;]{1,200}"
              + "|\\b[0-9a-fA-F]{7,64}\\b"
              + "|\\bv?\\d+(?:\\.\\d+)+(?:[-+][\\w.]+)?"
              + "|\\b(?i:deployment|deploy|release|build)\\s+`?([\\w.:/@+-]*[a-zA-Z_][\\w.:/@+-]*\\d[\\w.:/@+-]*)");

  /** A pull or merge request by its number: {@code PR #12}, {@code !12}, {@code shop/web!12}. */
  private static final Pattern REQUEST =
      Pattern.compile(
          "(?i)(?:(?:PR|MR|(?:pull|merge) request)\\s{0,3})?((?:[\\w.-]+/)*[\\w.-]+|)[#!](\\d{1,18})");

  private CauseMarkers() {}

  /** The causes that {@code text} names, in their order, each once. */
  static List<String> in(String text) {
    List<String> causes = new ArrayList<>();
    boolean isUnderHeading = false;
    for (String line : text.lines().toList()) {
      if (MARKED_HEADING.matches(line)) {
        isUnderHeading = true;
      } else if (!line.isBlank()) {
        var marked = MARKED_LINE.matcher(line);
        if (marked.matches()) {
          addNamed(beginning(marked.group(1)), causes);
        } else if (isUnderHeading && !HEADING.matcher(line).lookingAt()) {
          addNamed(LIST_MARK.trimLeadingFrom(beginning(line)), causes);
        }
        isUnderHeading = false;
      }
    }
    return causes;
  }

  /**
   * A cause that a field names, as the rules know it: a pull or merge request by {@code #} and its
   * number, after its repository if that is said; anything else as it is.
   */
  static String named(String cause) {
    var request = REQUEST.matcher(cause.strip());
    return request.matches() ? request.group(1) + "#" + request.group(2) : cause;
  }

  /** Whether all that a field says is the number of a pull or merge request. */
  static boolean isRequest(String cause) {
    return REQUEST.matches(cause.strip());
  }

  private static void addNamed(String statement, List<String> causes) {
    NoDeploymentCause.in(statement)
        .map(words -> words.toLowerCase(Locale.ROOT))
        .filter(words -> !causes.contains(words))
        .ifPresent(causes::add);
    var cause = CAUSE.matcher(statement);
    while (cause.find()) {
      String found = cause.group(1) == null ? cause.group() : cause.group(1);
      String name =
          Shas.isShaOrPrefix(found) || Shas.isWhole(found)
              ? found.toLowerCase(Locale.ROOT)
              : named(CharMatcher.anyOf(".:").trimTrailingFrom(found));
      if (!causes.contains(name)) {
        causes.add(name);
      }
    }
  }

  private static String beginning(String line) {
    return line.substring(0, Math.min(line.length(), LONGEST_LINE));
  }
}
