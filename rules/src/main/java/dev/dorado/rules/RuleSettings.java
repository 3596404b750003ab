package dev.dorado.rules;

import com.google.re2j.Pattern;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.dorado.events.DeploymentSource;
import dev.dorado.rules.route.PathGlob;
import dev.dorado.schemas.RuleNames;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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
 * @param botAuthors names of known bots, in lower case (E5)
 * @param botEndings endings of the names of bots, in lower case (E5)
 * @param hotfixLabels labels of hotfixes (F5)
 * @param fixLabels labels of fixes (W2)
 * @param rollbackFailsLatest a rollback says that the latest forward deployment failed, not the
 *     first after what it went back to (F3)
 * @param probableReworkCounts what is probably rework counts as rework (W1)
 * @param alertsAreIncidents alerts and error trackers report incidents (E7)
 * @param incidentSeverities severities that make an incident, in lower case; none: any (E7)
 * @param noIncidentReasons reasons of closing, merging or cancelling that withdraw an incident, by
 *     their letters and digits in lower case (E7)
 * @param deploymentSources what counts as a deployment, where the catalog does not say (E4)
 * @param contributorKey key of the pseudonyms of contributors (P1)
 */
public record RuleSettings(
    Duration clockTolerance,
    Duration reopenWindow,
    Duration rolloutWindow,
    Duration proximityWindow,
    Duration probableReworkWindow,
    Duration reworkWindow,
    Set<String> botAuthors,
    Set<String> botEndings,
    Set<String> hotfixLabels,
    Set<String> fixLabels,
    boolean rollbackFailsLatest,
    boolean probableReworkCounts,
    boolean alertsAreIncidents,
    Set<String> incidentSeverities,
    Set<String> noIncidentReasons,
    List<SourceSetting> deploymentSources,
    String contributorKey) {

  private static final Pattern ACCOUNT_NUMBER = Pattern.compile("^\\d+\\+");

  private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{N}]+");

  /** What may follow a reason of no incident that a longer text begins with. */
  private static final Pattern REASON_ENDS =
      Pattern.compile(
          "[ \\t]*(?:$|[\\r\\n,;:()\\[\\]{}\"|–—…]|(?:[.!?]+|-+)(?:\\s|$))|\\s+(?:of|with)\\s");

  /** GitLab's accounts of the access tokens of projects and groups, and its service accounts. */
  private static final Pattern TOKEN_ACCOUNT =
      Pattern.compile(
          "(?:project|group)_\\d+_bot(?:_?[0-9a-z]+)?"
              + "|service_account_(?:(?:project|group)_\\d+_?)?[0-9a-z]*");

  private static final Pattern BOT_BEGINNING = Pattern.compile("bot[-_].+|robot(?:[-_. ].*)?");

  private static final List<String> SOURCES =
      List.of("deployment", "workflow", "job", "release", "tag", "push", "merge");

  /**
   * What counts as a deployment in repositories (rule E4).
   *
   * @param repository glob of {@code host/owner/name}
   * @param source source, name and environment, and since when
   */
  public record SourceSetting(PathGlob repository, DeploymentSource source) {}

  public RuleSettings {
    botAuthors = lowerCase(botAuthors);
    botEndings = lowerCase(botEndings);
    hotfixLabels = lowerCase(hotfixLabels);
    fixLabels = lowerCase(fixLabels);
    incidentSeverities = lowerCase(incidentSeverities);
    noIncidentReasons =
        noIncidentReasons.stream()
            .map(RuleSettings::letters)
            .filter(reason -> !reason.isEmpty())
            .collect(Collectors.toUnmodifiableSet());
    deploymentSources = List.copyOf(deploymentSources);
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
        Set.copyOf(rules.getStringList("bot-endings")),
        Set.copyOf(rules.getStringList("hotfix-labels")),
        Set.copyOf(rules.getStringList("fix-labels")),
        isLatest(rules.getString("rollback-fails")),
        rules.getBoolean("probable-rework-counts"),
        rules.getBoolean("alerts-are-incidents"),
        Set.copyOf(rules.getStringList("incident-severities")),
        Set.copyOf(rules.getStringList("no-incident-reasons")),
        rules.getConfigList("deployment-sources").stream().map(RuleSettings::source).toList(),
        rules.getString("contributor-key"));
  }

  /**
   * These settings with those of a service in the catalog (rule E8). What a service can't set, and
   * values that are not well-formed, which the catalog refuses, are passed over.
   *
   * @param own settings by their names in {@code dorado.rules}
   */
  public RuleSettings with(Map<String, String> own) {
    if (own.isEmpty()) {
      return this;
    }
    return new RuleSettings(
        window(own, "clock-tolerance", clockTolerance),
        reopenWindow,
        window(own, "rollout-window", rolloutWindow),
        window(own, "proximity-window", proximityWindow),
        window(own, "probable-rework-window", probableReworkWindow),
        window(own, "rework-window", reworkWindow),
        botAuthors,
        botEndings,
        hotfixLabels,
        fixLabels,
        isStated(own, "rollback-fails")
            ? own.get("rollback-fails").equals("latest")
            : rollbackFailsLatest,
        isStated(own, "probable-rework-counts")
            ? Boolean.parseBoolean(own.get("probable-rework-counts"))
            : probableReworkCounts,
        alertsAreIncidents,
        incidentSeverities,
        noIncidentReasons,
        deploymentSources,
        contributorKey);
  }

  private static Duration window(Map<String, String> own, String name, Duration otherwise) {
    return isStated(own, name) ? RuleNames.duration(own, name).orElseThrow() : otherwise;
  }

  private static boolean isStated(Map<String, String> own, String name) {
    return own.containsKey(name) && RuleNames.problem(name, own.get(name)).isEmpty();
  }

  private static boolean isLatest(String word) {
    if (!word.equals("first") && !word.equals("latest")) {
      throw new IllegalArgumentException(
          "dorado.rules.rollback-fails is '%s': expected first or latest".formatted(word));
    }
    return word.equals("latest");
  }

  private static SourceSetting source(Config setting) {
    if (!SOURCES.contains(setting.getString("source"))) {
      throw new IllegalArgumentException(
          "the source of an entry of dorado.rules.deployment-sources is '%s': expected one of %s"
              .formatted(setting.getString("source"), String.join(", ", SOURCES)));
    }
    var source =
        DeploymentSource.newBuilder()
            .setSource(setting.getString("source"))
            .setName(setting.hasPath("name") ? setting.getString("name") : null)
            .setEnvironment(
                setting.hasPath("environment") ? setting.getString("environment") : null)
            .setSince(setting.hasPath("since") ? Instant.parse(setting.getString("since")) : null)
            .build();
    return new SourceSetting(new PathGlob(setting.getString("repository")), source);
  }

  /**
   * Whether one of the reasons for which an incident was closed says that it was none (rule E7),
   * whatever its case and punctuation. A reason may go on after a listed one, if that is the end of
   * a line or sentence, or if {@code of} or {@code with} follows: {@code Duplicate of INC-1}, but
   * not {@code Duplicate order fixed}.
   *
   * @param reasons in the tool's words; null if it gave none
   */
  public boolean isNoIncident(Collection<String> reasons) {
    return reasons != null && reasons.stream().anyMatch(this::isNoIncident);
  }

  private boolean isNoIncident(String reason) {
    if (noIncidentReasons.contains(letters(reason))) {
      return true;
    }
    int longest = noIncidentReasons.stream().mapToInt(String::length).max().orElse(0);
    var beginning = new StringBuilder();
    String text = reason.toLowerCase(Locale.ROOT);
    var word = WORD.matcher(text);
    while (beginning.length() <= longest && word.find()) {
      beginning.append(word.group());
      if (noIncidentReasons.contains(beginning.toString())
          && REASON_ENDS.matcher(text.substring(word.end())).lookingAt()) {
        return true;
      }
    }
    return false;
  }

  private static String letters(String words) {
    return words.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N}]+", "");
  }

  /**
   * Whether an author is a bot by their name (rule E5).
   *
   * @param author login, name or e-mail address, of which the part before the {@code @} counts
   */
  public boolean isBot(String author) {
    if (author == null) {
      return false;
    }
    String name = author.strip().toLowerCase(Locale.ROOT);
    int domain = name.lastIndexOf('@');
    if (domain > 0) {
      // GitHub's addresses that hide another have a number before the login.
      name = ACCOUNT_NUMBER.matcher(name.substring(0, domain)).replaceFirst("");
    }
    return botAuthors.contains(name)
        || botEndings.stream().anyMatch(name::endsWith)
        || BOT_BEGINNING.matcher(name).matches()
        || TOKEN_ACCOUNT.matcher(name).matches();
  }

  private static Set<String> lowerCase(Set<String> words) {
    return words.stream()
        .map(word -> word.toLowerCase(Locale.ROOT))
        .collect(Collectors.toUnmodifiableSet());
  }
}
