package dev.dorado.rules.reference;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Rule F4: how a change says that it is a revert, a pattern for each wording. */
final class Reverts {

  private static final String BEFORE =
      "(?i)^\\s*(?:(?:draft|wip)\\s*:\\s*)?(?:merged pr \\d+:\\s*)?(?:\\[[^\\]]*\\]\\s*)?"
          + "(?:(?!revert)[a-z][a-z0-9]*-\\d+(?:\\s*:\\s*|\\s+))?"
          + "(?:(?::[a-z0-9_+]+:|[\\p{So}\\x{fe0f}\\x{200d}]+)\\s*)*";
  private static final String TYPED =
      BEFORE
          + "(?:(?!revert)[a-z][\\w./-]*(?:\\([^)]*\\))?!?:\\s*"
          + "(?:(?::[a-z0-9_+]+:|[\\p{So}\\x{fe0f}\\x{200d}]+)\\s*)*)?";
  private static final String AUTOMATIC = "(?:(?:auto|automated|automatic|automatically)[ -]+)?";
  private static final String VERB =
      AUTOMATIC
          + "(?:undo|undoes|undoing|undone|undid|revert|reverts|reverted|reverting|(?:roll|rolls|rolled|rolling)[ -]?back"
          + "|(?:back|backs|backed|backing)[ -]?out)";
  private static final String OPTIONAL =
      "(?:(?:the|commit|changeset|merge|pull[ -]request|merge[ -]request|pr|mr)\\s+){0,2}`?";
  private static final List<String> NUMBERS =
      List.of(
          OPTIONAL + "(?<place>[\\w./-]*)[#!](?<number>\\d{1,9})",
          OPTIONAL
              + "https?://\\S*?/(?<place>[\\w.-]+/[\\w.-]+)(?:/-)?"
              + "/(?:pulls?|merge_requests|pull-requests|pullrequest)/(?<number>\\d{1,9})(?!\\d)",
          OPTIONAL + "(?<=\\b(?:request|pr|mr) )(?<place>)(?<number>\\d{1,9})");
  private static final String COMMIT =
      OPTIONAL + "(?<sha>(?=[a-f]*\\d)[0-9a-f]{7,40})(?![\\w/#!-])";

  /** What stands before what is reverted, in a title, a line or a sentence. */
  private static final String TITLE = TYPED + VERB + "(?: of| from|\\([^)]*\\))?!?:?\\s+";

  private static final String LINE = "(?im)^[ \\t]*" + VERB + "(?: of| from)?:?[ \\t]+";
  private static final String SENTENCE = "(?i)\\bthis (?:reverts|rolls back|backs out) ";

  private static final Pattern QUOTE =
      Pattern.compile(TYPED + "(?!undo|undid)" + VERB + "(?: of)?:?\\s+([\"'\u201c`])(.*)");
  private static final Pattern CONVENTIONAL = Pattern.compile(BEFORE + "revert(?:\\([^)]*\\))?!?:");
  private static final Pattern REAPPLY = Pattern.compile(TYPED + "reapply\\b");
  private static final Pattern REFS = Pattern.compile("(?im)^refs:[ \\t]*([0-9a-f, \\t]+)$");

  private static final Pattern NUMBERED_BRANCH =
      Pattern.compile(
          "(?i)(?:.*/)?revert-(?:(?:pr|mr|pullreq|pull-request)-(?=\\d)|(?=\\d+-))(\\d{1,9}).*");
  private static final Pattern COMMIT_BRANCH =
      Pattern.compile("(?i)(?:.*/)?(?:revert-([0-9a-f]{7,40})|([0-9a-f]{7,40})-revert-from-.*)");
  private static final Pattern TYPED_BRANCH = Pattern.compile("(?i)(?:.*/)?revert/.*");
  private static final Pattern BRANCH_OF_REVERT =
      Pattern.compile("(?i)(?:.*/)?revert-\\d+-revert-.*");

  private Reverts() {}

  static boolean says(String title, String branch) {
    String name = Objects.requireNonNullElse(branch, "");
    return depth(title) % 2 == 1
        || CONVENTIONAL.matcher(title).find()
        || !named("", title, List.of(TITLE)).isEmpty()
        || NUMBERED_BRANCH.matcher(name).matches()
        || COMMIT_BRANCH.matcher(name).matches()
        || TYPED_BRANCH.matcher(name).matches();
  }

  static boolean saysAgain(String title, String branch) {
    return depth(title) > 1
        || REAPPLY.matcher(title).find()
        || BRANCH_OF_REVERT.matcher(Objects.requireNonNullElse(branch, "")).matches();
  }

  private static int depth(String title) {
    var quote = QUOTE.matcher(title);
    int depth = 0;
    for (; quote.find(); quote = QUOTE.matcher(quote.group(2))) {
      depth++;
    }
    return depth;
  }

  /** SHAs, maybe shortened, and #numbers. */
  static Set<String> named(
      String repository, String title, String branch, Collection<String> texts) {
    Set<String> named = new TreeSet<>(named(repository, title, List.of(TITLE)));
    named.addAll(numbered(repeated(title)));
    boolean conventional = CONVENTIONAL.matcher(title).find();
    for (String text : texts) {
      String said = Objects.requireNonNullElse(text, "");
      named.addAll(named(repository, said, List.of(SENTENCE, LINE)));
      if (conventional) {
        REFS.matcher(said)
            .results()
            .forEach(
                refs ->
                    Pattern.compile("[0-9a-f]{7,40}")
                        .matcher(refs.group(1))
                        .results()
                        .forEach(sha -> named.add(sha.group())));
      }
    }
    var ofCommit = COMMIT_BRANCH.matcher(Objects.requireNonNullElse(branch, ""));
    var numbered = NUMBERED_BRANCH.matcher(Objects.requireNonNullElse(branch, ""));
    if (ofCommit.matches()) {
      named.add(Objects.requireNonNullElse(ofCommit.group(1), ofCommit.group(2)));
    } else if (numbered.matches()) {
      named.add("#" + Long.parseLong(numbered.group(1)));
    }
    return named;
  }

  /** The title that a title repeats, or an empty text. */
  static String repeated(String title) {
    var quote = QUOTE.matcher(title);
    if (quote.find()) {
      String closing = quote.group(1).equals("\u201c") ? "\u201d" : quote.group(1);
      int end = Math.max(0, quote.group(2).lastIndexOf(closing));
      return quote.group(2).substring(0, end).strip();
    }
    var conventional = CONVENTIONAL.matcher(title);
    return conventional.find() ? title.substring(conventional.end()).strip() : "";
  }

  /** The number in the title that a title repeats: at its end, or where Azure DevOps puts it. */
  private static Set<String> numbered(String inner) {
    Set<String> named = new TreeSet<>();
    var azure = Pattern.compile("(?i)^\\s*merged pr (\\d{1,9}):").matcher(inner);
    if (azure.find()) {
      named.add("#" + Long.parseLong(azure.group(1)));
    }
    var ending = Pattern.compile("(?i)^(.*)\\((?:pull request )?[#!](\\d{1,9})\\)\\s*$");
    for (var end = ending.matcher(inner); end.find(); end = ending.matcher(end.group(1))) {
      named.add("#" + Long.parseLong(end.group(2)));
    }
    return named;
  }

  private static Set<String> named(String repository, String text, List<String> beginnings) {
    Set<String> named = new TreeSet<>();
    for (String beginning : beginnings) {
      for (String number : NUMBERS) {
        var matcher = Pattern.compile(beginning + number).matcher(text);
        while (matcher.find()) {
          String place = matcher.group("place");
          boolean here = ("/" + repository).endsWith("/" + place.toLowerCase(Locale.ROOT));
          named.add(
              (place.isEmpty() || here ? "" : place)
                  + "#"
                  + Long.parseLong(matcher.group("number")));
        }
      }
      var matcher = Pattern.compile(beginning + COMMIT).matcher(text);
      while (matcher.find()) {
        named.add(matcher.group("sha").toLowerCase(Locale.ROOT));
      }
    }
    return named;
  }
}
