package dev.dorado.schemas;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Statements that an incident was caused by no deployment (rule F6): {@code external}, {@code third
 * party}, {@code vendor}, {@code provider}, {@code none}, {@code no deployment} and the like. Only
 * a statement that says this and nothing else counts: {@code external DNS outage in release 1.2}
 * may still be about a deployment.
 */
public final class NoDeploymentCause {

  private static final String ELSEWHERE =
      "external|(?:third|3rd)[ -]part(?:y|ies)|vendors?"
          + "|(?:(?:external|cloud|hosting|service|network|payment|upstream)[ -])?providers?";

  private static final String NOTHING =
      "none|no[ -](?:deployments?|deploy|releases?|change)|not (?:a|the|any) (?:deployment|release)"
          + "|not (?:caused by|related to) (?:a|the|any) (?:deployment|release)";

  private static final String OF_WHAT =
      "outages?|failures?|incidents?|issues?|problems?|errors?|providers?|vendors?|services?"
          + "|dependency|dependencies|apis?|causes?|factors?|downtime";

  private static final Pattern STATEMENT =
      Pattern.compile(
          "(?i)[\\s\"'`*_(\\[]{0,10}(?:an? )?((?:%s)(?:[ -](?:%s)){0,3}|%s)\\s{0,10}(?:$|[^\\s\\w./-].*|[./-](?!\\w).*)"
              .formatted(ELSEWHERE, OF_WHAT, NOTHING),
          Pattern.DOTALL);

  private NoDeploymentCause() {}

  /**
   * The words of {@code statement} that say so; empty if it does not. Punctuation may follow, and
   * anything after that.
   *
   * @param statement what a field holds, or what follows {@code root cause:} on its line
   */
  public static Optional<String> in(String statement) {
    var found = STATEMENT.matcher(statement);
    return found.matches() ? Optional.of(found.group(1)) : Optional.empty();
  }
}
