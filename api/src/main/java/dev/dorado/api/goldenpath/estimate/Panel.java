package dev.dorado.api.goldenpath.estimate;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The units of a study, all over the same blocks, and the clusters that they form. Immutable. */
public final class Panel {

  /** What decides together about adoption, and is therefore one observation. */
  public enum Clustering {
    /** Each service decides for itself. */
    SERVICE,
    /** A team decides for all of its services. */
    TEAM;

    String cluster(Unit unit) {
      return this == TEAM ? unit.team() : unit.name();
    }
  }

  private final List<Unit> units;
  private final Clustering clustering;
  private final int blocks;
  private final int clusters;
  private final int[] clusterOf;

  /**
   * A panel.
   *
   * @param units the units, in any order; they have the same number of blocks
   */
  public Panel(List<Unit> units, Clustering clustering) {
    this.units = List.copyOf(units);
    this.clustering = requireNonNull(clustering);
    this.blocks = units.isEmpty() ? 0 : units.get(0).blocks();
    this.clusterOf = new int[units.size()];
    Map<String, Integer> numbers = new LinkedHashMap<>();
    for (int i = 0; i < clusterOf.length; i++) {
      if (units.get(i).blocks() != blocks) {
        throw new IllegalArgumentException(
            "the unit %s has %d blocks, %s has %d"
                .formatted(
                    units.get(i).name(), units.get(i).blocks(), units.get(0).name(), blocks));
      }
      clusterOf[i] =
          numbers.computeIfAbsent(clustering.cluster(units.get(i)), added -> numbers.size());
    }
    this.clusters = numbers.size();
  }

  /**
   * The clustering that the dates of adoption show: teams decide if a team has several services and
   * each team's services are all in one cohort; else services do.
   */
  public static Clustering clusteringOf(List<Unit> units) {
    Map<String, Integer> cohorts = new TreeMap<>();
    boolean hasAdoptingTeam = false;
    for (Unit unit : units) {
      Integer before = cohorts.putIfAbsent(unit.team(), unit.cohort());
      if (before != null && before != unit.cohort()) {
        return Clustering.SERVICE;
      }
      hasAdoptingTeam |= before != null && unit.cohort() != Unit.NEVER;
    }
    return hasAdoptingTeam ? Clustering.TEAM : Clustering.SERVICE;
  }

  /** The units. */
  public List<Unit> units() {
    return units;
  }

  /** What forms a cluster. */
  public Clustering clustering() {
    return clustering;
  }

  /** The number of blocks. */
  public int blocks() {
    return blocks;
  }

  int clusters() {
    return clusters;
  }

  int clusterOf(int unit) {
    return clusterOf[unit];
  }

  /** The cohort of each unit. */
  int[] cohorts() {
    return units.stream().mapToInt(Unit::cohort).toArray();
  }

  /** The cohorts of each cluster's units, in the order of the units. */
  List<List<Integer>> cohortsByCluster() {
    List<List<Integer>> cohorts = new ArrayList<>();
    for (int cluster = 0; cluster < clusters; cluster++) {
      cohorts.add(new ArrayList<>());
    }
    for (int i = 0; i < clusterOf.length; i++) {
      cohorts.get(clusterOf[i]).add(units.get(i).cohort());
    }
    return cohorts;
  }
}
