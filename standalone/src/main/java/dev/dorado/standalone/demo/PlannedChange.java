package dev.dorado.standalone.demo;

import java.util.List;
import java.util.Optional;

/**
 * A change that somebody sets out to make.
 *
 * @param service which service it is for
 * @param kind what it is
 * @param title title of its pull request
 * @param body text of its pull request
 * @param files what it will touch; none: whatever comes up
 * @param remedies the incident that it ends
 */
record PlannedChange(
    DemoService service,
    Kind kind,
    String title,
    String body,
    List<String> files,
    Optional<DemoIncident> remedies) {

  PlannedChange {
    files = List.copyOf(files);
  }

  /** Whether people drop everything else for it. */
  boolean isUrgent() {
    return kind == Kind.HOTFIX || kind == Kind.REVERT;
  }

  /** What a change is. */
  enum Kind {
    FEATURE("feature/", List.of()),
    FIX("fix/", List.of("bug")),
    HOTFIX("hotfix/", List.of("hotfix")),
    REVERT("revert-", List.of()),
    UPDATE("dependabot/maven/", List.of("dependencies"));

    private final String branchPrefix;

    @SuppressWarnings("ImmutableEnumChecker") // No list of it can be changed.
    private final List<String> labels;

    Kind(String branchPrefix, List<String> labels) {
      this.branchPrefix = branchPrefix;
      this.labels = labels;
    }

    String branchPrefix() {
      return branchPrefix;
    }

    List<String> labels() {
      return labels;
    }
  }
}
