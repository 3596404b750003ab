package dev.dorado.streams;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The settings of the rules, which are parameters of the function from events to facts: they apply
 * to all time, and changing one means reprocessing (rule E8). Immutable.
 *
 * @param clockTolerance how far two boundaries of one story may cross (E2)
 * @param reopenWindow an incident that is reopened within it is the same incident (E7)
 * @param rolloutWindow attempts of one SHA in different production environments, each within it of
 *     the one before, are one deployment (S9)
 * @param proximityWindow how long before an incident a deployment may have finished to be linked to
 *     it by proximity (F6)
 * @param probableReworkWindow a deployment during an incident that was resolved by this long after
 *     its finish is probably rework (W1)
 * @param reworkWindow a fix to files that were shipped within it is reactive (W2)
 * @param botAuthors authors that are bots beside those that end in {@code [bot]} (E5)
 * @param hotfixLabels labels of hotfixes (F5)
 * @param fixLabels labels of fixes (W2)
 */
public record RuleSettings(
    Duration clockTolerance,
    Duration reopenWindow,
    Duration rolloutWindow,
    Duration proximityWindow,
    Duration probableReworkWindow,
    Duration reworkWindow,
    Set<String> botAuthors,
    Set<String> hotfixLabels,
    Set<String> fixLabels) {

  public RuleSettings {
    botAuthors = lowerCase(botAuthors);
    hotfixLabels = lowerCase(hotfixLabels);
    fixLabels = lowerCase(fixLabels);
    for (var window :
        List.of(
            clockTolerance,
            reopenWindow,
            rolloutWindow,
            proximityWindow,
            probableReworkWindow,
            reworkWindow)) {
      if (window.isNegative()) {
        throw new IllegalArgumentException(
            "a window of dorado.rules is %s: expected zero or more".formatted(window));
      }
    }
  }

  /** The defaults of {@code reference.conf}. */
  public static RuleSettings defaults() {
    return from(ConfigFactory.defaultReference(RuleSettings.class.getClassLoader()).resolve());
  }

  /** From {@code dorado.rules} of {@code config}. */
  public static RuleSettings from(Config config) {
    var rules = config.getConfig("dorado.rules");
    return new RuleSettings(
        rules.getDuration("clock-tolerance"),
        rules.getDuration("reopen-window"),
        rules.getDuration("rollout-window"),
        rules.getDuration("proximity-window"),
        rules.getDuration("probable-rework-window"),
        rules.getDuration("rework-window"),
        Set.copyOf(rules.getStringList("bot-authors")),
        Set.copyOf(rules.getStringList("hotfix-labels")),
        Set.copyOf(rules.getStringList("fix-labels")));
  }

  /** Whether an author is a bot (rule E5). */
  public boolean isBot(String author) {
    if (author == null) {
      return false;
    }
    String name = author.toLowerCase(Locale.ROOT);
    return name.endsWith("[bot]") || botAuthors.contains(name);
  }

  private static Set<String> lowerCase(Set<String> words) {
    return words.stream()
        .map(word -> word.toLowerCase(Locale.ROOT))
        .collect(Collectors.toUnmodifiableSet());
  }
}
