package dev.dorado.standalone.demo;

import java.util.List;

/**
 * A change that is on main.
 *
 * @param plan what it was meant to be
 * @param pull its pull request
 * @param sha the commit on main that stands for it
 * @param files what it touched
 */
record MergedChange(PlannedChange plan, DemoPullRequest pull, String sha, List<String> files) {

  MergedChange {
    files = List.copyOf(files);
  }
}
