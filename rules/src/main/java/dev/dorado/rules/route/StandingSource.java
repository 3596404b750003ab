package dev.dorado.rules.route;

import com.google.re2j.Pattern;
import dev.dorado.events.DeploymentSource;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/** Rule E4: which of the sources that are stated for a service counts, where and when. */
final class StandingSource {

  static final String DEPLOYMENT = "deployment";

  /** What counts where nothing else is stated, or nothing has begun yet. */
  private static final DeploymentSource DEPLOYMENTS =
      DeploymentSource.newBuilder().setSource(DEPLOYMENT).build();

  /** How closely a source is for an environment. */
  private static final int NOT_AT_ALL = 0;

  private static final int WITHOUT_NAMING_ONE = 1;
  private static final int BY_CLASS = 2;
  private static final int BY_NAME = 3;

  private StandingSource() {}

  /**
   * The source that counts in an environment: of those that are for it, the one that began last; of
   * several that began at the same time the one that is for it most closely, else the last stated.
   *
   * @param stated all that are stated, each for some environments and from some time on
   * @param environment name of the environment
   * @param environmentClass its class
   */
  static DeploymentSource of(
      List<DeploymentSource> stated, String environment, String environmentClass, Instant time) {
    Comparator<DeploymentSource> order =
        Comparator.comparing(
                DeploymentSource::getSince,
                Comparator.nullsFirst(Comparator.<Instant>naturalOrder()))
            .thenComparing(source -> closeness(source, environment, environmentClass));
    return stated.stream()
        .filter(source -> source.getSince() == null || !source.getSince().isAfter(time))
        .filter(source -> closeness(source, environment, environmentClass) > NOT_AT_ALL)
        .reduce((one, other) -> order.compare(one, other) > 0 ? one : other)
        .orElse(DEPLOYMENTS);
  }

  /**
   * A source may name an environment, or a class of them. Without it, deployment events count
   * wherever they say that they are; all else is for production.
   */
  private static int closeness(
      DeploymentSource source, String environment, String environmentClass) {
    String named = source.getEnvironment();
    if (named == null) {
      boolean fits =
          source.getSource().equals(DEPLOYMENT)
              || environment.equalsIgnoreCase(Environments.PRODUCTION)
              || environmentClass.equals(Environments.PRODUCTION);
      return fits ? WITHOUT_NAMING_ONE : NOT_AT_ALL;
    }
    if (named.equalsIgnoreCase(environment)) {
      return BY_NAME;
    }
    return named.equalsIgnoreCase(environmentClass) ? BY_CLASS : NOT_AT_ALL;
  }

  /** The environment of what the source gives and what names none itself. */
  static String environmentOf(DeploymentSource source) {
    return Objects.requireNonNullElse(source.getEnvironment(), Environments.PRODUCTION);
  }

  /**
   * Whether something is what the source is of.
   *
   * @param name of the workflow, tag or branch; or null, which fits only a source without a name
   */
  static boolean fits(DeploymentSource source, String name) {
    if (source.getName() == null) {
      return true;
    }
    return name != null
        && glob(source.getName().toLowerCase(Locale.ROOT))
            .matcher(name.toLowerCase(Locale.ROOT))
            .matches();
  }

  /** {@code *} stands for anything, slashes too, and {@code ?} for one letter. */
  private static Pattern glob(String glob) {
    var regex = new StringBuilder();
    for (int i = 0; i < glob.length(); i++) {
      char c = glob.charAt(i);
      if (c != '*') {
        regex.append(c == '?' ? "." : Pattern.quote(String.valueOf(c)));
      } else if (i == 0 || glob.charAt(i - 1) != '*') {
        regex.append(".*");
      }
    }
    return Pattern.compile(regex.toString(), Pattern.DOTALL);
  }
}
