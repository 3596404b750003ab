package dev.dorado.standalone.demo;

import java.util.List;

/**
 * A repository of the scratch organisation.
 *
 * @param id GitHub's number
 * @param owner GitHub's organisation
 * @param name its name
 * @param method how pull requests are merged
 * @param services what lives in it
 * @param files files that people change
 * @param people who works on it
 */
record DemoRepository(
    long id,
    String owner,
    String name,
    MergeMethod method,
    List<DemoService> services,
    List<String> files,
    List<Person> people) {

  String fullName() {
    return owner + "/" + name;
  }

  String url() {
    return "https://github.com/" + fullName();
  }

  /** Whether several services live in it. */
  boolean isShared() {
    return services.size() > 1;
  }

  /** How GitHub merges a pull request. */
  enum MergeMethod {
    SQUASH,
    MERGE_COMMIT,
    REBASE
  }
}
