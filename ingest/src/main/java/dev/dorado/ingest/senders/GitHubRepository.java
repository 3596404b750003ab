package dev.dorado.ingest.senders;

import dev.dorado.ingest.delivery.Fields;
import dev.dorado.ingest.delivery.RepositoryName;
import java.util.Optional;

/**
 * A repository as GitHub's payloads have it.
 *
 * @param name {@code host/owner/name}
 * @param url its address for people, if known
 * @param defaultBranch name of its default branch, if known
 */
record GitHubRepository(String name, Optional<String> url, Optional<String> defaultBranch) {

  private static final String PUBLIC_HOST = "github.com";

  static GitHubRepository of(Fields repository, SenderSettings settings) {
    Optional<String> url = repository.maybeText("html_url");
    String text = url.orElseGet(() -> repository.text("full_name", RepositoryName.EXPECTED));
    String field = url.isPresent() ? "html_url" : "full_name";
    String name =
        settings
            .repositories()
            .normalise(text)
            .orElseThrow(() -> repository.unusable(field, text, RepositoryName.EXPECTED));
    return new GitHubRepository(name, url, repository.maybeText("default_branch"));
  }

  /** The id of a thing of this repository: its number is unique on one host. */
  String idOf(String kind, long number) {
    String host = name.substring(0, name.indexOf('/'));
    return "github:" + (host.equals(PUBLIC_HOST) ? "" : host + ":") + kind + number;
  }

  /** {@code owner/name}. */
  String path() {
    return name.substring(name.indexOf('/') + 1);
  }
}
