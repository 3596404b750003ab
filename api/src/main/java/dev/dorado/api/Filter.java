package dev.dorado.api;

import java.util.Collection;
import java.util.List;
import java.util.Locale;

/**
 * Which rows are asked for. Each list holds values of which any will do; an empty list asks for
 * nothing. Immutable.
 *
 * @param environments classes or names of environments
 * @param services services
 * @param teams owners at the time of the fact
 * @param repositories repositories, with or without host
 * @param goldenPaths {@code true}, {@code false} or names of golden paths
 */
public record Filter(
    List<String> environments,
    List<String> services,
    List<String> teams,
    List<String> repositories,
    List<String> goldenPaths) {

  /** Every row. */
  public static final Filter ANY =
      new Filter(List.of(), List.of(), List.of(), List.of(), List.of());

  /** On any golden path. */
  public static final String ON_ANY = "true";

  /** On none. */
  public static final String ON_NONE = "false";

  public Filter {
    environments = List.copyOf(environments);
    services = List.copyOf(services);
    teams = List.copyOf(teams);
    repositories = repositories.stream().map(name -> name.toLowerCase(Locale.ROOT)).toList();
    goldenPaths = List.copyOf(goldenPaths);
  }

  /** The same without a wish about environments. */
  public Filter inAnyEnvironment() {
    return new Filter(List.of(), services, teams, repositories, goldenPaths);
  }

  /** Whether {@code service} is asked for. */
  public boolean wantsService(String service) {
    return services.isEmpty() || services.contains(service);
  }

  /** Whether what {@code team} owns is asked for; null is nobody. */
  public boolean wantsTeam(String team) {
    return teams.isEmpty() || (team != null && teams.contains(team));
  }

  /** Whether {@code repository} (host/owner/name, or null) is asked for. */
  public boolean wantsRepository(String repository) {
    return repositories.isEmpty()
        || (repository != null
            && (repositories.contains(repository)
                || repositories.contains(withoutHost(repository))));
  }

  /** Whether {@code goldenPath} (null is none) is asked for. */
  public boolean wantsGoldenPath(String goldenPath) {
    return goldenPaths.isEmpty()
        || (goldenPath == null
            ? goldenPaths.contains(ON_NONE)
            : goldenPaths.contains(ON_ANY) || goldenPaths.contains(goldenPath));
  }

  /** Whether the class {@code environment} or any of {@code names} is asked for. */
  public boolean wantsEnvironment(String environment, Collection<String> names) {
    return environments.isEmpty()
        || environments.contains(environment)
        || names.stream().anyMatch(environments::contains);
  }

  private static String withoutHost(String repository) {
    return repository.substring(repository.indexOf('/') + 1);
  }
}
