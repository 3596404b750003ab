package dev.dorado.rules.route;

import com.google.re2j.Pattern;
import dev.dorado.schemas.Matches;
import dev.dorado.schemas.NoDeploymentCause;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * What titles, messages, branches and labels say of a change (rules S6, F2, F5, W2). {@link
 * RevertWording} reads the wording of reverts.
 */
final class Texts {

  private static final Pattern ROOT_CAUSE =
      Pattern.compile("(?im)\\b(?:root[ -]cause|caused by)\\s*:\\s*([^\\r\\n]+)");
  private static final Pattern CAUSE =
      Pattern.compile("`?((?:[\\w.-]+/[\\w.-]+)?#\\d+|[\\w][\\w.:/@+-]*)");
  private static final Pattern CHERRY_PICK =
      Pattern.compile("(?i)cherry[ -]picked from commit ([0-9a-f]{7,40})");
  private static final Pattern HOTFIX_TITLE = Pattern.compile("(?i)^\\s*\\[?hot-?fix\\b");
  private static final Pattern HOTFIX_BRANCH =
      Pattern.compile("(?i)^(?:.*/)?hot-?fix(?:es)?(?:[/_-].*)?$");
  private static final Pattern FIX_TITLE =
      Pattern.compile("(?i)^\\s*(?:fix|bugfix)(?:\\([^)]*\\))?!?:");
  private static final Pattern FIX_BRANCH =
      Pattern.compile("(?i)^(?:.*/)?(?:bug)?fix(?:es)?[/_-].+$");
  private static final Pattern MERGE =
      Pattern.compile(
          "(?i)^merged? (?:(?:remote-tracking )?branch|tag|commit|pull request|in) \\S");

  private Texts() {}

  /** First line of a message. */
  static String firstLine(String message) {
    return message.lines().findFirst().orElse("").strip();
  }

  /** What an incident's text names as its root cause. */
  static List<String> rootCauses(String... texts) {
    List<String> causes = new ArrayList<>();
    for (String statement : groups(ROOT_CAUSE, texts)) {
      var cause = CAUSE.matcher(statement);
      boolean names = cause.lookingAt() && NoDeploymentCause.in(cause.group(1)).isEmpty();
      if (names && NoDeploymentCause.in(statement).isEmpty()) {
        causes.add(cause.group(1));
      }
    }
    return causes;
  }

  /** The words by which an incident's text says that no deployment was its root cause (F6). */
  static List<String> noDeploymentCauses(String... texts) {
    return groups(ROOT_CAUSE, texts).stream()
        .flatMap(statement -> NoDeploymentCause.in(statement).stream())
        .toList();
  }

  /** SHAs of the commits that a text says it was picked from. */
  static List<String> cherryPicked(String message) {
    return groups(CHERRY_PICK, message);
  }

  /** Whether a commit's message is that of a merge, as Git and the forges write it. */
  static boolean isMerge(String message) {
    return MERGE.matcher(message).find();
  }

  /** Why a change is a hotfix, or null if it is none (rule F5: label, branch, title). */
  static String hotfix(String title, String branch, Collection<String> labels, Set<String> words) {
    return reason("hotfix", title, branch, labels, words, HOTFIX_TITLE, HOTFIX_BRANCH);
  }

  /** Why a change is a fix, or null if it is none (rule W2: label, conventional title, branch). */
  static String fix(String title, String branch, Collection<String> labels, Set<String> words) {
    return reason("fix", title, branch, labels, words, FIX_TITLE, FIX_BRANCH);
  }

  private static String reason(
      String what,
      String title,
      String branch,
      Collection<String> labels,
      Set<String> words,
      Pattern titles,
      Pattern branches) {
    for (String label : new TreeSet<>(labels)) {
      if (words.contains(label.toLowerCase(Locale.ROOT))) {
        return what + ": label " + label;
      }
    }
    if (branch != null && branches.matcher(branch).matches()) {
      return what + ": branch " + branch;
    }
    if (title != null && titles.matcher(title).find()) {
      return what + ": title";
    }
    return null;
  }

  /** What may name an incident in some texts: #12, owner/name#12, INC-12, addresses. */
  static List<String> mentions(String... texts) {
    Set<String> found = new TreeSet<>();
    for (String text : texts) {
      if (text != null) {
        found.addAll(Mentions.in(text));
      }
    }
    return List.copyOf(found);
  }

  private static List<String> groups(Pattern pattern, String... texts) {
    Set<String> found = new LinkedHashSet<>();
    for (String text : texts) {
      if (text != null) {
        found.addAll(Matches.of(pattern, text, 1));
      }
    }
    return List.copyOf(found);
  }
}
