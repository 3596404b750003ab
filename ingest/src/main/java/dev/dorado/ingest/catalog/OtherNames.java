package dev.dorado.ingest.catalog;

import com.google.re2j.Pattern;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;

/**
 * What other tools call a service, as {@code sender:id}: the annotations by which Backstage's
 * plugins find a service there, and {@code dorado.dev/aliases} for all others. What a cluster's
 * tools deploy under a name of its own is called by that name alone, too.
 */
final class OtherNames {

  static final String ALIASES = "dorado.dev/aliases";
  private static final Pattern ALIAS = Pattern.compile("[a-z0-9-]+:\\S.*");

  /** Opsgenie's selector is a query for alerts; the words that it asks for are the names. */
  private static final Pattern OPSGENIE_TERM =
      Pattern.compile("\\b(?:tag|entity|detailsPair)\\s*[:(]\\s*(?:\"([^\"]+)\"|([^\\s\")]+))");

  /** Their deployments name the application and nothing else. */
  private static final Set<String> BARE =
      Set.of("argocd", "argo-rollouts", "flagger", "flux", "kubernetes", "spinnaker");

  private static final List<Source> SOURCES =
      List.of(
          new Source("pagerduty.com/service-id", "pagerduty", OtherNames::list),
          new Source("opsgenie.com/component-selector", "opsgenie", OtherNames::opsgenie),
          new Source("incident.io/service-id", "incident-io", OtherNames::list),
          new Source("incident.io/catalog-entry-id", "incident-io", OtherNames::list),
          new Source("rootly.com/service-id", "rootly", OtherNames::list),
          new Source("rootly.com/service-slug", "rootly", OtherNames::list),
          new Source("rootly.com/service-name", "rootly", List::of),
          new Source("firehydrant.com/service-id", "firehydrant", OtherNames::list),
          new Source("firehydrant.com/service-name", "firehydrant", List::of),
          new Source("servicenow.com/entity-id", "servicenow", OtherNames::list),
          new Source("jira/project-key", "jira", OtherNames::list),
          new Source("sentry.io/project-slug", "sentry", OtherNames::withLastPart),
          new Source("statuspage.io/component-id", "statuspage", OtherNames::list),
          new Source("datadoghq.com/service-name", "datadog", OtherNames::list),
          new Source("argocd/app-name", "argocd", OtherNames::list),
          new Source("backstage.io/kubernetes-id", "kubernetes", OtherNames::list),
          new Source("spinnaker.io/app-name", "spinnaker", OtherNames::list),
          new Source("jenkins.io/job-full-name", "jenkins", OtherNames::jenkins),
          new Source("jenkins.io/github-folder", "jenkins", OtherNames::jenkins),
          new Source("buildkite.com/project-slug", "buildkite", OtherNames::list),
          new Source("circleci.com/project-slug", "circleci", OtherNames::list),
          new Source("dev.azure.com/build-definition", "azure-devops", OtherNames::list));

  private OtherNames() {}

  /** The other names that an entity states; each once, in a fixed order. */
  static List<String> of(CatalogEntity entity) {
    Set<String> names = new LinkedHashSet<>();
    for (var source : SOURCES) {
      for (String id : entity.annotation(source.annotation()).map(source.ids()).orElse(List.of())) {
        add(source.sender(), id, names);
      }
    }
    for (String alias : entity.annotation(ALIASES).map(OtherNames::list).orElse(List.of())) {
      if (ALIAS.matcher(alias).matches()) {
        int colon = alias.indexOf(':');
        add(alias.substring(0, colon), alias.substring(colon + 1), names);
      } else {
        entity.unusableAnnotation(
            ALIASES, alias, "sender:id, comma-separated, as pagerduty:PABC123, sentry:shop");
      }
    }
    return List.copyOf(names);
  }

  private static void add(String sender, String id, Set<String> names) {
    names.add(sender + ":" + id);
    // With a slash it would be taken for a repository.
    if (BARE.contains(sender) && !id.contains("/")) {
      names.add(id.toLowerCase(Locale.ROOT));
    }
  }

  private static List<String> list(String text) {
    return Arrays.stream(text.split(","))
        .map(String::strip)
        .filter(item -> !item.isEmpty())
        .toList();
  }

  private static List<String> opsgenie(String selector) {
    List<String> terms = new ArrayList<>();
    var matcher = OPSGENIE_TERM.matcher(selector);
    while (matcher.find()) {
      terms.add(matcher.group(1) == null ? matcher.group(2) : matcher.group(1).strip());
    }
    return terms.isEmpty() ? List.of(selector) : terms;
  }

  /** A project may be named with its organisation before it; its tool names it alone. */
  private static List<String> withLastPart(String slug) {
    int slash = slug.lastIndexOf('/');
    return slash < 0 ? List.of(slug) : List.of(slug, slug.substring(slash + 1));
  }

  /** A job may be named with the instance before it, as {@code main:folder/job}. */
  private static List<String> jenkins(String job) {
    return list(job).stream().map(name -> name.substring(name.indexOf(':') + 1)).toList();
  }

  /**
   * An annotation that names the service elsewhere.
   *
   * @param annotation its name
   * @param sender the sender whose names these are
   * @param ids from its value to the names
   */
  private record Source(String annotation, String sender, Function<String, List<String>> ids) {}
}
