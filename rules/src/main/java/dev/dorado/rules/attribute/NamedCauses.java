package dev.dorado.rules.attribute;

import com.google.re2j.Pattern;
import dev.dorado.rules.derive.Derivation;
import dev.dorado.rules.derive.Key;
import dev.dorado.rules.derive.Rows;
import dev.dorado.rules.derive.Table;
import dev.dorado.steps.RoutedChange;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * Resolves what an incident names as its cause (rule F2): deployments, SHAs, versions, pull
 * requests. A deployment is also named by the id that its sender gave it, which several
 * repositories of the service may use (rule E6).
 */
final class NamedCauses {

  private static final Pattern SHA_PREFIX = Pattern.compile("[0-9a-f]{7,39}");
  private static final Pattern SHA_IN_CAPITALS = Pattern.compile("[0-9a-fA-F]{7,40}");
  private static final String TAGS = "refs/tags/";

  /** By name, id of the deployment. */
  private final Table<Key, String> deployments;

  /** By what identifies the version (rule K1), id of the deployment. */
  private final Table<Key, String> versions;

  /** By SHA, id of the deployment. */
  private final Table<Key, String> deployedShas;

  /** By SHA, id of the change. */
  private final Table<Key, String> commits;

  /** By id, address, {@code owner/name#number} or {@code #number}, then id of the change. */
  private final Table<Key, String> changeNames;

  private final Table<String, RoutedChange> changes;
  private final Ledgers ledgers;

  NamedCauses(Derivation derivation, Table<String, RoutedChange> changes, Ledgers ledgers) {
    this.changes = changes;
    this.ledgers = ledgers;
    deployments = derivation.table();
    versions = derivation.table();
    deployedShas = derivation.table();
    commits = derivation.table();
    changeNames = derivation.table();
    derivation.each(
        "names of a deployment",
        ledgers.byId(),
        (id, deployment) -> deployment,
        this::add,
        deployments,
        versions,
        deployedShas);
    derivation.each(
        "names of a change", changes, (id, change) -> change, this::add, commits, changeNames);
  }

  /** The deployments and failed attempts in production that have a name. */
  List<Deployment> deployments(String cause) {
    Set<String> ids = new TreeSet<>();
    Table.under(deployments, Key.of(cause)).forEach(entry -> ids.add(entry.getValue()));
    for (String identifier : identifiers(cause)) {
      Table.under(versions, Key.of(identifier)).forEach(entry -> ids.add(entry.getValue()));
    }
    withSha(deployedShas, cause, ids);
    return ids.stream().map(ledgers.byId()::get).toList();
  }

  /** The changes that an incident names. A shortened SHA names the one change that it fits. */
  List<RoutedChange> changes(String cause, Incident incident) {
    Set<String> found = new TreeSet<>();
    Table.under(commits, Key.of(cause.length() == 40 ? cause.toLowerCase(Locale.ROOT) : cause))
        .forEach(entry -> found.add(entry.getValue()));
    if (found.isEmpty()) {
      withSha(commits, cause, found);
      if (found.size() > 1) {
        found.clear();
      }
    }
    if (found.isEmpty()) {
      String repository = incident.event().getRepository();
      for (var named : Table.under(changeNames, Key.of(cause))) {
        boolean isLocal = cause.startsWith("#") && repository != null;
        if (!isLocal || changes.get(named.getValue()).getRepository().equals(repository)) {
          found.add(named.getValue());
        }
      }
    }
    return found.stream().map(changes::get).toList();
  }

  /** What {@code cause} may be of a version, in the spelling of rule K1. */
  private static List<String> identifiers(String cause) {
    String plain = cause.toLowerCase(Locale.ROOT);
    String tag = plain.startsWith(TAGS) ? plain.substring(TAGS.length()) : plain;
    boolean isNumbered =
        tag.length() > 1 && tag.charAt(0) == 'v' && Character.isDigit(tag.charAt(1));
    return List.of("version:" + (isNumbered ? tag.substring(1) : tag), "digest:" + plain);
  }

  /** Adds what has a SHA that is or begins with {@code cause}, in any case. */
  private static void withSha(Table<Key, String> table, String given, Set<String> found) {
    String cause =
        SHA_IN_CAPITALS.matcher(given).matches() ? given.toLowerCase(Locale.ROOT) : given;
    boolean whole = cause.length() == 40;
    if (!whole && !SHA_PREFIX.matcher(cause).matches()) {
      return;
    }
    Key end = Key.of(cause + Character.MAX_VALUE);
    for (var entry : table.from(Key.of(cause))) {
      if (entry.getKey().compareTo(end) > 0) {
        return;
      }
      found.add(entry.getValue());
    }
  }

  private void add(String id, Deployment deployment, Rows rows) {
    if (!deployment.isInProduction()) {
      return;
    }
    for (var member : deployment.members()) {
      String given = member.attempt().getId();
      Set<String> names = new HashSet<>(List.of(member.id(), given));
      if (!member.repository().isEmpty()) {
        names.add(given + "@" + member.repository());
      }
      if (member.attempt().getVersion() != null) {
        names.add(member.attempt().getVersion());
      }
      if (member.attempt().getUrl() != null) {
        names.add(member.attempt().getUrl());
      }
      names.forEach(name -> rows.add(deployments, Key.of(name, id), id));
      for (String identifier : member.attempt().getIdentifiers()) {
        rows.add(versions, Key.of(identifier, id), id);
      }
      if (member.sha() != null) {
        rows.add(deployedShas, Key.of(member.sha(), id), id);
      }
    }
  }

  private void add(String id, RoutedChange change, Rows rows) {
    change.getCommits().forEach(sha -> rows.add(commits, Key.of(sha, id), id));
    Set<String> names = new HashSet<>(Set.of(id));
    if (change.getUrl() != null) {
      names.add(change.getUrl());
    }
    int number = id.indexOf('#');
    if (number >= 0) {
      names.add(id.substring(number));
      names.add(id.substring(id.indexOf('/') + 1));
      names.add(id.substring(id.lastIndexOf('/') + 1));
    }
    names.forEach(name -> rows.add(changeNames, Key.of(name, id), id));
  }
}
