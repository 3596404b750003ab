package dev.dorado.ingest.senders;

import dev.dorado.ingest.delivery.Fields;
import dev.dorado.ingest.delivery.RepositoryName;
import dev.dorado.ingest.delivery.UntranslatableDelivery;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A repository as the payloads of a forge have it.
 *
 * @param name {@code host/owner/name}
 * @param url its address for people, if known
 * @param defaultBranch name of its default branch, if known
 */
record ForgeRepository(String name, Optional<String> url, Optional<String> defaultBranch) {

  /** The host that a forge's ids need not name, since nearly all of its users are there. */
  private static final Map<String, String> PUBLIC_HOSTS =
      Map.of("github", "github.com", "gitlab", "gitlab.com");

  private static final String DEFAULT_BRANCH = "default_branch";

  /**
   * The repository that the first of {@code names} with a value names.
   *
   * @param names fields of {@code repository}, the one with most in it first
   */
  static ForgeRepository of(Fields repository, SenderSettings settings, String... names) {
    String last = names[names.length - 1];
    String field =
        Arrays.stream(names)
            .filter(name -> repository.maybeText(name).isPresent())
            .findFirst()
            .orElse(last);
    String text = repository.text(field, RepositoryName.EXPECTED);
    String name =
        settings
            .repositories()
            .normalise(text)
            .orElseThrow(() -> repository.unusable(field, text, RepositoryName.EXPECTED));
    return new ForgeRepository(
        name,
        Optional.of(text).filter(ForgeRepository::isForPeople),
        repository.maybeText(DEFAULT_BRANCH));
  }

  /** The name of the repository that a text states; one that names none is left out. */
  static Optional<String> maybeName(Fields fields, String field, SenderSettings settings) {
    return fields
        .maybeText(field)
        .flatMap(
            text ->
                settings
                    .repositories()
                    .normalise(text)
                    .or(() -> fields.leaveOut(field, text, RepositoryName.EXPECTED)));
  }

  /** A repository of GitHub, or of Gitea, whose payloads are like GitHub's. */
  static ForgeRepository likeGitHub(Fields repository, SenderSettings settings) {
    return of(repository, settings, "html_url", "full_name");
  }

  /** The name that {@code reading} gives, or none where the delivery names none that is one. */
  static Optional<String> nameIfAny(Supplier<Optional<ForgeRepository>> reading) {
    try {
      return reading.get().map(ForgeRepository::name);
    } catch (UntranslatableDelivery e) {
      // Said where the delivery is translated; here the repository just is not known.
      return Optional.empty();
    }
  }

  /**
   * The id of a thing of this repository whose number is unique on one host, as {@code github:12}.
   *
   * @param kind what stands before the number, as {@code issue:}; nothing for what has the most
   */
  String idOf(String sender, String kind, long number) {
    String host = name.substring(0, name.indexOf('/'));
    return sender + ":" + (host.equals(PUBLIC_HOSTS.get(sender)) ? "" : host + ":") + kind + number;
  }

  /** {@code owner/name}. */
  String path() {
    return name.substring(name.indexOf('/') + 1);
  }

  private static boolean isForPeople(String address) {
    return address.startsWith("http") && !address.endsWith(".git");
  }
}
