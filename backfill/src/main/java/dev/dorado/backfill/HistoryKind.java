package dev.dorado.backfill;

import java.util.Locale;

/** What a forge is asked for. */
public enum HistoryKind {
  /** Commits of the default branch. */
  COMMITS,
  /** Pull or merge requests with their reviews. */
  PULL_REQUESTS,
  /** Deployments with their statuses. */
  DEPLOYMENTS,
  /** Workflow runs or pipelines. */
  RUNS,
  /** Published releases. */
  RELEASES,
  /** Issues that are incidents. */
  INCIDENTS;

  /** Its name for people, as {@code pull requests}. */
  String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
