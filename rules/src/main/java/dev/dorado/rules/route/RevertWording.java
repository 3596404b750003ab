package dev.dorado.rules.route;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Rule F4: how a change states that it is a revert, and of what. The wording is that of Git and of
 * the forges (GitHub, GitLab, Bitbucket, Azure DevOps, Gitea), of Conventional Commits, and what
 * people write in the same place: a verb directly followed by what it reverts. A text that merely
 * has the word in it is no revert. Quantifiers are possessive, so that matching takes linear time.
 */
final class RevertWording {

  private static final String AUTOMATIC = "(?:auto(?:mated|matic(?:ally)?+)?+[ -]++)?+";

  /** Before a quoted title. */
  private static final String QUOTING_VERB =
      AUTOMATIC
          + "(?:revert(?:s|ed|ing)?+|roll(?:s|ed|ing)?+[ -]?+back|back(?:s|ed|ing)?+[ -]?+out)";

  /** Before a reference. What is quoted after an undo may be a button. */
  private static final String VERB =
      "(?:" + QUOTING_VERB + "|" + AUTOMATIC + "(?:undo(?:es|ing|ne)?+|undid))";

  /** A pull request, by its number or address; or a commit. */
  private static final String REFERENCE =
      "(?:(?:the|commit|changeset|pull[ -]request|merge[ -]request|merge|pr|mr)\\s++){0,2}+`?+"
          + "(?:(?<place>[\\w./-]*+)[#!](?<number>\\d{1,9}+)"
          + "|(?<address>https?://[^\\s)>\\]`]++)"
          + "|(?<commit>(?=[a-f]{0,39}+\\d)[0-9a-f]{7,40}+)(?![\\w/-])"
          + "|(?<=\\b(?:request|pr|mr) )(?<bare>\\d{1,9}+))";

  /** As Gitmoji has it: {@code ⏪} or {@code :rewind:}. */
  private static final String EMOJI = "(?:(?::[a-z0-9_+]++:|[\\p{So}\\x{fe0f}\\x{200d}]++)\\s*+)*+";

  private static final String BEFORE =
      "\\s*+(?:(?:draft|wip)\\s*+:\\s*+)?+(?:merged pr \\d++:\\s*+)?+(?:\\[[^\\]]*+\\]\\s*+)?+"
          + "(?:(?!revert)[a-z][a-z0-9]*+-\\d++(?:\\s*+:\\s*+|\\s++))?+"
          + EMOJI;

  /** A type other than revert, maybe with a scope: {@code fix:}, {@code chore(basket):}. */
  private static final String TYPE =
      "(?:(?!revert)[a-z][\\w./-]*+(?:\\([^)]*+\\))?+!?+:\\s*+" + EMOJI + ")?+";

  /**
   * What may stand before the words of a title: a draft's prefix, Azure's number, a ticket, emoji.
   */
  private static final String PREFIX = "(?i)^" + BEFORE;

  private static final String TYPED_PREFIX = PREFIX + TYPE;

  private static final String QUOTE = QUOTING_VERB + "(?: of)?+:?+\\s++(?<quote>[\"'\u201c`])";

  private static final Pattern QUOTING_TITLE = Pattern.compile(TYPED_PREFIX + QUOTE);

  private static final Pattern QUOTED_AGAIN = Pattern.compile("(?i)\\G" + BEFORE + TYPE + QUOTE);

  /** The numbers at the end of a title that was that of a squash commit or merge. */
  private static final com.google.re2j.Pattern ENDING =
      com.google.re2j.Pattern.compile("(?i)(?:\\((?:pull request )?[#!]\\d{1,9}\\)\\s*)+$");

  private static final Pattern NUMBER = Pattern.compile("\\d++");

  /** The number at the beginning of the title of a squash commit of Azure DevOps. */
  private static final Pattern BEGINNING = Pattern.compile("(?i)^\\s*+merged pr (\\d{1,9}+):");

  private static final Pattern CONVENTIONAL_TITLE =
      Pattern.compile(PREFIX + "revert(?:\\([^)]*+\\))?+!?+:");

  private static final Pattern NAMING_TITLE =
      Pattern.compile(
          TYPED_PREFIX + VERB + "(?:(?: of| from)?+|\\([^)]*+\\))!?+:?+\\s++" + REFERENCE);

  private static final Pattern REAPPLYING_TITLE = Pattern.compile(TYPED_PREFIX + "reapply\\b");

  private static final Pattern NAMING_LINE =
      Pattern.compile("(?im)^[ \\t]*+" + VERB + "(?: of| from)?+:?+[ \\t]++" + REFERENCE);

  private static final Pattern SENTENCE =
      Pattern.compile("(?i)\\bthis (?:reverts|rolls back|backs out) " + REFERENCE);

  /** The footer in which Conventional Commits name what a revert takes back. */
  private static final Pattern REFS = Pattern.compile("(?im)^refs:[ \\t]*+([0-9a-f, \\t]++)$");

  private static final Pattern SHA = Pattern.compile("[0-9a-f]{7,40}+");

  /** GitHub's {@code revert-12-…}, Bitbucket's {@code revert-pr-12}, Harness's. */
  private static final Pattern BRANCH_OF_PULL_REQUEST =
      Pattern.compile(
          "(?i)^(?:.*/)?revert-(?:(?:pr|mr|pullreq|pull-request)-(\\d{1,9}+)|(\\d{1,9}+)-)(?s:.*+)$");

  /** GitLab's {@code revert-1a2b3c4d}, Azure's {@code 1a2b3c4d-revert-from-main}. */
  private static final Pattern BRANCH_OF_COMMIT =
      Pattern.compile(
          "(?i)^(?:.*/)?(?:revert-([0-9a-f]{7,40}+)|([0-9a-f]{7,40}+)-revert-from-(?s:.*+))$");

  private static final Pattern TYPED_BRANCH = Pattern.compile("(?i)^(?:.*/)?revert/(?s:.*+)$");

  private static final Pattern BRANCH_OF_REVERT =
      Pattern.compile("(?i)^(?:.*/)?revert-\\d++-revert-");

  private static final Pattern ADDRESS_OF_PULL_REQUEST =
      Pattern.compile(
          "(?i)/(?:pulls?|merge_requests|pull-requests|pullrequest)/(\\d{1,9}+)(?!\\d)");

  /** The repository as {@code host/owner/name}. */
  private final String repository;

  RevertWording(String repository) {
    this.repository = repository;
  }

  /**
   * Whether a title or branch states a revert. A title that quotes states it if it does so an odd
   * number of times.
   */
  static boolean isRevert(CharSequence title, CharSequence branch) {
    boolean byTitle =
        title != null
            && (depth(title) % 2 == 1
                || finds(CONVENTIONAL_TITLE, title)
                || finds(NAMING_TITLE, title));
    boolean byBranch =
        branch != null
            && (finds(BRANCH_OF_PULL_REQUEST, branch)
                || finds(BRANCH_OF_COMMIT, branch)
                || finds(TYPED_BRANCH, branch));
    return byTitle || byBranch;
  }

  /** Whether a title or branch states the revert of a revert, as Git and the forges write it. */
  static boolean isRevertOfRevert(CharSequence title, CharSequence branch) {
    return (title != null && (depth(title) >= 2 || finds(REAPPLYING_TITLE, title)))
        || (branch != null && finds(BRANCH_OF_REVERT, branch));
  }

  /**
   * What a change states that it reverts: SHAs, maybe shortened; {@code #12} of pull requests of
   * this repository; or what is of another repository, as it stands.
   *
   * @param branch head branch of a pull request, or null
   * @param texts description and messages; each may be null
   */
  List<String> reverted(CharSequence title, CharSequence branch, CharSequence... texts) {
    Set<String> named = new TreeSet<>();
    if (title != null) {
      addAll(named, NAMING_TITLE, title);
      String repeated = repeated(title);
      if (repeated != null) {
        addNumber(named, repeated);
      }
    }
    if (branch != null) {
      addBranch(named, branch);
    }
    boolean conventional = title != null && finds(CONVENTIONAL_TITLE, title);
    for (CharSequence text : texts) {
      if (text == null) {
        continue;
      }
      addAll(named, SENTENCE, text);
      addAll(named, NAMING_LINE, text);
      if (conventional) {
        REFS.matcher(text)
            .results()
            .forEach(
                refs -> SHA.matcher(refs.group(1)).results().forEach(r -> named.add(r.group())));
      }
    }
    return List.copyOf(named);
  }

  /** How often a title says revert before what it quotes. */
  private static int depth(CharSequence title) {
    Matcher quoting = QUOTING_TITLE.matcher(title);
    if (!quoting.find()) {
      return 0;
    }
    int depth = 1;
    Matcher again = QUOTED_AGAIN.matcher(title);
    for (boolean more = again.find(quoting.end()); more; more = again.find()) {
      depth++;
    }
    return depth;
  }

  private void addAll(Set<String> named, Pattern pattern, CharSequence text) {
    Matcher matcher = pattern.matcher(text);
    while (matcher.find()) {
      if (matcher.group("number") != null) {
        named.add(numbered(matcher.group("place"), matcher.group("number")));
      } else if (matcher.group("address") != null) {
        addAddress(named, matcher.group("address"));
      } else if (matcher.group("commit") != null) {
        named.add(matcher.group("commit").toLowerCase(Locale.ROOT));
      } else {
        named.add("#" + Long.parseLong(matcher.group("bare")));
      }
    }
  }

  /** The title that a title repeats, quoted or after {@code revert:}; null if it does not. */
  static String repeated(CharSequence title) {
    Matcher quoting = QUOTING_TITLE.matcher(title);
    Matcher conventional = CONVENTIONAL_TITLE.matcher(title);
    String text = title.toString();
    if (quoting.find()) {
      char quote = quoting.group("quote").charAt(0);
      int end = text.lastIndexOf(quote == '\u201c' ? '\u201d' : quote);
      return end < quoting.end() ? null : text.substring(quoting.end(), end).strip();
    }
    return conventional.find() ? text.substring(conventional.end()).strip() : null;
  }

  /** Adds the number that a title ends or, with Azure DevOps, begins with. */
  private static void addNumber(Set<String> named, String title) {
    Matcher beginning = BEGINNING.matcher(title);
    if (beginning.find()) {
      named.add("#" + Long.parseLong(beginning.group(1)));
    }
    var ending = ENDING.matcher(title);
    if (ending.find()) {
      NUMBER
          .matcher(ending.group())
          .results()
          .forEach(number -> named.add("#" + Long.parseLong(number.group())));
    }
  }

  private String numbered(String place, String number) {
    boolean isHere =
        place.isEmpty() || ("/" + repository).endsWith("/" + place.toLowerCase(Locale.ROOT));
    return (isHere ? "" : place) + "#" + Long.parseLong(number);
  }

  private void addAddress(Set<String> named, String address) {
    Matcher matcher = ADDRESS_OF_PULL_REQUEST.matcher(address);
    String name = repository.substring(repository.lastIndexOf('/') + 1);
    if (matcher.find()) {
      boolean isHere = address.toLowerCase(Locale.ROOT).contains("/" + name + "/");
      named.add((isHere ? "" : address) + "#" + Long.parseLong(matcher.group(1)));
    }
  }

  private static void addBranch(Set<String> named, CharSequence branch) {
    Matcher ofPullRequest = BRANCH_OF_PULL_REQUEST.matcher(branch);
    Matcher ofCommit = BRANCH_OF_COMMIT.matcher(branch);
    if (ofCommit.find()) {
      named.add(either(ofCommit).toLowerCase(Locale.ROOT));
    } else if (ofPullRequest.find()) {
      named.add("#" + Long.parseLong(either(ofPullRequest)));
    }
  }

  private static String either(Matcher matcher) {
    return matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
  }

  private static boolean finds(Pattern pattern, CharSequence text) {
    return pattern.matcher(text).find();
  }
}
