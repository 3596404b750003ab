package dev.dorado.api.goldenpath;

import static java.util.Objects.requireNonNull;

import dev.dorado.api.goldenpath.estimate.Eligibility;
import dev.dorado.api.goldenpath.estimate.Estimate;
import dev.dorado.api.goldenpath.estimate.Levels;
import dev.dorado.api.goldenpath.estimate.Panel;
import dev.dorado.api.goldenpath.estimate.Panel.Clustering;
import dev.dorado.api.goldenpath.estimate.Study;
import dev.dorado.api.goldenpath.estimate.Unit;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What adopting a golden path did to services: who is compared with whom, the estimate of each
 * outcome, and how adoption went. Not thread-safe.
 */
public final class PathEffects {

  /** Cohorts times blocks times services at most: what the estimate keeps in memory. */
  public static final long MOST_CELLS = 6_000_000;

  private final Blocks blocks;
  private final List<Member> members = new ArrayList<>();
  private final Map<String, Member> byName = new HashMap<>();
  private final List<Exclusion> excluded = new ArrayList<>();
  private final Clustering clustering;

  /**
   * Sorts out who is compared with whom.
   *
   * @param services all services
   * @param path the path that is asked about; empty for any
   * @param clustering what decides together about adoption; empty for what the dates show
   */
  public PathEffects(
      Blocks blocks,
      List<PathService> services,
      Optional<String> path,
      Optional<Clustering> clustering) {
    this.blocks = requireNonNull(blocks);
    services.stream()
        .sorted(Comparator.comparing(PathService::name))
        .forEach(service -> add(service, PathMembership.of(service.spells(), path)));
    members.forEach(member -> byName.put(member.service().name(), member));
    this.clustering =
        clustering.orElseGet(
            () ->
                Panel.clusteringOf(
                    members.stream()
                        .filter(Member::isCompared)
                        .map(member -> unit(member, Outcome.DEPLOYMENT_FREQUENCY, false))
                        .toList()));
  }

  /** What decides together about adoption. */
  public Clustering clustering() {
    return clustering;
  }

  /** Cohorts times blocks times services, to be held against {@link #MOST_CELLS}. */
  public long cells() {
    Set<Integer> cohorts = new TreeSet<>();
    members.stream()
        .filter(Member::isCompared)
        .map(Member::cohort)
        .filter(cohort -> cohort >= 0 && cohort < blocks.count())
        .forEach(cohorts::add);
    return (long) cohorts.size() * blocks.count() * members.size();
  }

  /**
   * The effects on all outcomes, in their order. Outcomes do not depend on each other, so they are
   * estimated in parallel.
   */
  public List<OutcomeEffect> effects() {
    return Arrays.stream(Outcome.values()).map(this::panels).toList().parallelStream()
        .map(Panels::effect)
        .toList();
  }

  private Panels panels(Outcome outcome) {
    List<Unit> units = new ArrayList<>();
    List<Unit> levels = new ArrayList<>();
    for (Member member : members) {
      if (!member.isCompared()) {
        continue;
      }
      Unit unit = unit(member, outcome, false);
      noteExclusion(member, outcome, unit);
      if (unit.known() > 0) {
        units.add(unit);
        levels.add(unit(member, outcome, true));
      }
    }
    return new Panels(outcome, new Panel(units, clustering), new Panel(levels, clustering));
  }

  /** Services that are left out, wholly or in part, with the reason; after all effects. */
  public List<Exclusion> excluded() {
    return excluded.stream().sorted(Comparator.comparing(Exclusion::service)).toList();
  }

  /**
   * How a service stood to the path at a time. One that neither the catalog nor a deployment names
   * was never on it.
   */
  public Standing standing(String service, Instant time) {
    Member member = byName.get(service);
    return member == null ? Standing.NEVER : standing(member, time);
  }

  private static Standing standing(Member member, Instant time) {
    PathMembership membership = member.membership();
    if (membership.isOnPath(time)) {
      return Standing.ON;
    }
    if (membership.others().stream().anyMatch(spell -> spell.contains(time))) {
      return Standing.ELSEWHERE;
    }
    if (membership.adoptedAt().isEmpty()) {
      return Standing.NEVER;
    }
    return time.isBefore(membership.adoptedAt().get()) ? Standing.BEFORE : Standing.LEFT;
  }

  /** How many adopted, by block. */
  public List<Adoption> adoption() {
    List<Adoption> adoption = new ArrayList<>();
    for (int block = 0; block < blocks.count(); block++) {
      Instant last = blocks.startOf(block + 1).minusMillis(1);
      int services = 0;
      int onPath = 0;
      int left = 0;
      double deployments = 0;
      double deploymentsOnPath = 0;
      Set<String> teams = new TreeSet<>();
      Set<String> teamsOnPath = new TreeSet<>();
      for (Member member : members) {
        PathService service = member.service();
        deployments += service.cells().deployments(block, block + 1);
        left += member.membership().hasLeft(last) && service.exists(last) ? 1 : 0;
        if (!service.exists(last)) {
          continue;
        }
        services++;
        service.teamAt(last).ifPresent(teams::add);
        if (member.membership().isOnPath(last)) {
          onPath++;
          service.teamAt(last).ifPresent(teamsOnPath::add);
          deploymentsOnPath += service.cells().deployments(block, block + 1);
        }
      }
      adoption.add(
          new Adoption(
              blocks.startOf(block),
              services,
              onPath,
              teams.size(),
              teamsOnPath.size(),
              deployments == 0 ? Optional.empty() : Optional.of(deploymentsOnPath / deployments),
              left));
    }
    return adoption;
  }

  /** The start of a block of an outcome. */
  public Instant startOf(Outcome outcome, int block) {
    return blocks.startOf(offset(outcome) + block * outcome.blocks());
  }

  private void add(PathService service, PathMembership membership) {
    int cohort = membership.adoptedAt().map(blocks::indexOf).orElse(Unit.NEVER);
    // What is adopted later than the block after the period is not adopted yet.
    cohort = cohort > blocks.count() ? Unit.NEVER : cohort;
    int first = service.firstBlock(blocks);
    int end =
        Math.min(
            blocks.count(), service.removedAt().map(blocks::indexOf).orElse(Integer.MAX_VALUE));
    Optional<String> whole = Optional.empty();
    Optional<Spell> other = membership.other();
    if (service.firstSeen().isEmpty() || first >= end) {
      whole =
          Optional.of("it has no deployment and no shipped change in a whole block of the period");
    } else if (other.isPresent() && membership.adoptedAt().isPresent()) {
      if (other.get().from().isBefore(membership.adoptedAt().get())) {
        whole = Optional.of("it changed to this path from the path " + other.get().path());
      }
    } else if (other.isPresent()) {
      int until = blocks.indexOf(other.get().from()) - Study.ANTICIPATION;
      String reason = "it is on the path " + other.get().path() + " since " + other.get().from();
      if (until <= first) {
        whole = Optional.of(reason);
      } else if (until < end) {
        end = until;
        exclude(service, reason + ": its blocks from then on are left out");
      }
    }
    if (membership.leftAt().isPresent() && !isRemoval(service, membership)) {
      Instant left = membership.leftAt().get();
      if (blocks.indexOf(left) < end) {
        end = Math.max(0, blocks.indexOf(left));
        exclude(service, "it left the path at " + left + ": its blocks from then on are left out");
      }
    }
    whole.ifPresent(reason -> exclude(service, reason));
    members.add(new Member(service, membership, cohort, first, end, whole.isEmpty()));
    if (whole.isEmpty()) {
      Eligibility.reason(unit(members.get(members.size() - 1), Outcome.DEPLOYMENT_FREQUENCY, false))
          .ifPresent(reason -> exclude(service, reason));
    }
  }

  private static boolean isRemoval(PathService service, PathMembership membership) {
    return service.removedAt().equals(membership.leftAt());
  }

  private void noteExclusion(Member member, Outcome outcome, Unit unit) {
    boolean isAdopter =
        Eligibility.isAdopter(unit(member, Outcome.DEPLOYMENT_FREQUENCY, false), member.cohort());
    if (!isAdopter || outcome == Outcome.DEPLOYMENT_FREQUENCY) {
      return;
    }
    Optional<String> reason = Eligibility.reason(unit);
    int base = unit.cohort() - 1 - Study.ANTICIPATION;
    if (reason.isPresent()) {
      exclude(
          member.service(),
          "%s, in blocks of %d days: %s"
              .formatted(outcome.json(), outcome.blocks() * Blocks.DAYS, reason.get()));
    } else if (!unit.has(base)) {
      exclude(
          member.service(),
          "%s: it lacks %s in the block that is compared with, which starts at %s"
              .formatted(outcome.json(), outcome.cell(), startOf(outcome, base)));
    }
  }

  private void exclude(PathService service, String reason) {
    excluded.add(new Exclusion(service.name(), reason));
  }

  private Unit unit(Member member, Outcome outcome, boolean ofLevels) {
    int length = outcome.blocks();
    int offset = offset(outcome);
    int count = blocks.count() / length;
    double[] values = new double[count];
    double[] weights = new double[count];
    ServiceCells cells = member.service().cells();
    for (int block = 0; block < count; block++) {
      int start = offset + block * length;
      values[block] =
          ofLevels
              ? outcome.level(cells, start, start + length)
              : outcome.value(cells, start, start + length);
      weights[block] = outcome.weight(cells, start, start + length);
    }
    var unit =
        Unit.named(member.service().name())
            .observed(
                Math.floorDiv(member.first() - offset + length - 1, length),
                Math.floorDiv(member.end() - offset, length))
            .weights(weights);
    if (member.cohort() != Unit.NEVER) {
      unit.adopted(Math.floorDiv(member.cohort() - offset, length));
    }
    member
        .service()
        .teamAt(member.membership().adoptedAt().orElse(blocks.end().minusMillis(1)))
        .ifPresent(unit::team);
    return unit.values(values);
  }

  /** Blocks of four weeks before the first block of an outcome, as all are counted from the end. */
  private int offset(Outcome outcome) {
    return blocks.count() % outcome.blocks();
  }

  /** How a service stands to the path. */
  public enum Standing {
    /** It is on it. */
    ON,
    /** It adopts it later. */
    BEFORE,
    /** It left it. */
    LEFT,
    /** It is on another path. */
    ELSEWHERE,
    /** It is on none, and never adopts this one. */
    NEVER
  }

  /**
   * What is said of an outcome.
   *
   * @param levels how high it was, for people
   */
  public record OutcomeEffect(Outcome outcome, Estimate estimate, Levels levels) {}

  /** A service that is left out, and why. */
  public record Exclusion(String service, String reason) {}

  /**
   * How far adoption had come at the end of a block.
   *
   * @param time start of the block
   * @param services services that were there
   * @param servicesOnPath those on the path
   * @param teams teams with services
   * @param teamsOnPath teams with services on the path
   * @param deploymentsShare share of the block's deployments that services on the path made
   * @param left services that were on the path once, and no longer are
   */
  public record Adoption(
      Instant time,
      int services,
      int servicesOnPath,
      int teams,
      int teamsOnPath,
      Optional<Double> deploymentsShare,
      int left) {}

  /** An outcome of all services, as it is estimated and as it is shown. */
  private record Panels(Outcome outcome, Panel panel, Panel levels) {
    OutcomeEffect effect() {
      return new OutcomeEffect(
          outcome,
          Study.of(panel, outcome.scale(), outcome.cell()),
          Levels.of(levels, outcome.summary()));
    }
  }

  private record Member(
      PathService service,
      PathMembership membership,
      int cohort,
      int first,
      int end,
      boolean isCompared) {}
}
