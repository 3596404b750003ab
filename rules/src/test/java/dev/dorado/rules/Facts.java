package dev.dorado.rules;

import dev.dorado.facts.CatalogFact;
import dev.dorado.facts.ChangeFact;
import dev.dorado.facts.CiRunFact;
import dev.dorado.facts.ConflictFact;
import dev.dorado.facts.CorrectionFact;
import dev.dorado.facts.DeploymentFact;
import dev.dorado.facts.IncidentFact;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.avro.specific.SpecificRecord;

/** The facts that stand, by kind and key. */
public final class Facts {

  private final SortedMap<String, SpecificRecord> byKey = new TreeMap<>();
  private final Map<String, Long> nanosecondsOf = new TreeMap<>();

  /** A step took some time, in nanoseconds. */
  public void spent(String step, long nanoseconds) {
    nanosecondsOf.merge(step, nanoseconds, Long::sum);
  }

  /** How long each step took, in milliseconds. */
  public Map<String, Long> milliseconds() {
    var milliseconds = new TreeMap<String, Long>();
    nanosecondsOf.forEach((step, spent) -> milliseconds.put(step, spent / 1_000_000));
    return milliseconds;
  }

  /** A fact stands, or another in its place. */
  public void put(String key, SpecificRecord fact) {
    byKey.put(fact.getSchema().getName() + " " + key, fact);
  }

  /** A fact stands no more. */
  public void remove(String key, SpecificRecord fact) {
    byKey.remove(fact.getSchema().getName() + " " + key);
  }

  /** Those whose keys have a word in them. */
  public Facts with(String word) {
    var some = new Facts();
    var whole = Pattern.compile("\\b" + word + "\\b", Pattern.CASE_INSENSITIVE);
    byKey.forEach(
        (key, fact) -> {
          if (whole.matcher(key).find()) {
            some.byKey.put(key, fact);
          }
        });
    return some;
  }

  public Map<String, SpecificRecord> all() {
    return byKey;
  }

  public List<DeploymentFact> deployments() {
    return all(DeploymentFact.class);
  }

  public List<ChangeFact> changes() {
    return all(ChangeFact.class);
  }

  public List<IncidentFact> incidents() {
    return all(IncidentFact.class);
  }

  public List<CorrectionFact> corrections() {
    return all(CorrectionFact.class);
  }

  public List<ConflictFact> conflicts() {
    return all(ConflictFact.class);
  }

  public List<CatalogFact> catalog() {
    return all(CatalogFact.class);
  }

  public List<CiRunFact> runs() {
    return all(CiRunFact.class);
  }

  /** What became of a correction. */
  public String effect(String correction) {
    return only(
            "correction " + correction,
            corrections().stream().filter(f -> f.getId().equals(correction)).toList())
        .getEffect();
  }

  public DeploymentFact deployment(String id) {
    return only(
        "deployment " + id, deployments().stream().filter(f -> f.getId().equals(id)).toList());
  }

  /** A change in production: #12 of a pull request, the commit's name of a lone commit. */
  public ChangeFact change(String name) {
    return only("change " + name, changesNamed(name));
  }

  /** The change as a service has it in production. */
  public ChangeFact change(String service, String name) {
    return only(
        "change %s of %s".formatted(name, service),
        changesNamed(name).stream().filter(f -> f.getService().equals(service)).toList());
  }

  /** The services that a change belongs to. */
  public List<String> servicesOf(String name) {
    return changesNamed(name).stream().map(ChangeFact::getService).toList();
  }

  public boolean hasChange(String name) {
    return !changesNamed(name).isEmpty();
  }

  public IncidentFact incident(String id) {
    return only("incident " + id, incidents().stream().filter(f -> f.getId().equals(id)).toList());
  }

  private List<ChangeFact> changesNamed(String name) {
    String end = name.startsWith("#") ? name : "@" + History.sha(name);
    return changes().stream()
        .filter(f -> f.getId().endsWith(end) && f.getEnvironment().equals("production"))
        .toList();
  }

  private <T extends SpecificRecord> List<T> all(Class<T> kind) {
    return byKey.values().stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  private <T> T only(String what, List<T> found) {
    if (found.size() != 1) {
      throw new AssertionError(
          "expected one %s, found %d among\n%s".formatted(what, found.size(), this));
    }
    return found.get(0);
  }

  @Override
  public String toString() {
    return byKey.values().stream().map(History::readable).collect(Collectors.joining("\n"));
  }
}
