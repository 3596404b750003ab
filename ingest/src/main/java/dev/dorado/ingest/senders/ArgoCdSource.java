package dev.dorado.ingest.senders;

import dev.dorado.ingest.delivery.Fields;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a sync operation has applied, of the source that counts where there are several: that of the
 * stated repository, else the first that is a Git repository.
 *
 * @param repository the code's: as stated, else the source's; none for a chart
 * @param sha the commit that was synced, if it is one of that repository
 * @param ref the branch or tag that is followed
 * @param version the version of the chart or artifact that was synced
 */
record ArgoCdSource(
    Optional<String> repository,
    Optional<String> sha,
    Optional<String> ref,
    Optional<String> version) {

  static ArgoCdSource of(
      Fields application, Fields operation, Stated stated, SenderSettings settings) {
    Optional<Fields> result = operation.maybeObject("syncResult");
    Optional<Fields> asked = operation.maybeObject("operation").flatMap(o -> o.maybeObject("sync"));
    List<Fields> sources =
        sources(result)
            .or(() -> sources(asked))
            .or(() -> sources(application.maybeObject("spec")))
            .orElse(List.of());
    List<String> revisions =
        revisions(result)
            .or(() -> revisions(asked))
            .or(
                () ->
                    revisions(
                        application.maybeObject("status").flatMap(s -> s.maybeObject("sync"))))
            .orElse(List.of());
    int chosen = chosen(sources, stated, settings);
    Optional<Fields> source =
        chosen < sources.size() ? Optional.of(sources.get(chosen)) : Optional.empty();
    Optional<String> revision =
        chosen < revisions.size() ? Optional.of(revisions.get(chosen)) : Optional.empty();
    Optional<String> synced = source.flatMap(s -> repository(s, settings));
    // The revision of a repository that only holds manifests is no commit of the code's.
    boolean isOfCode =
        stated.repository().isEmpty() ? synced.isPresent() : stated.repository().equals(synced);
    Optional<String> sha = revision.filter(Shas::isWhole).filter(text -> text.length() == 40);
    return new ArgoCdSource(
        stated.repository().or(() -> synced),
        isOfCode ? sha.map(text -> text.toLowerCase(Locale.ROOT)) : Optional.empty(),
        isOfCode
            ? source
                .flatMap(s -> s.maybeText("targetRevision"))
                .filter(text -> !text.equals("HEAD") && !Shas.isWhole(text))
            : Optional.empty(),
        synced.isEmpty() ? revision : Optional.empty());
  }

  private static int chosen(List<Fields> sources, Stated stated, SenderSettings settings) {
    int first = -1;
    for (int i = 0; i < sources.size(); i++) {
      Optional<String> repository = repository(sources.get(i), settings);
      if (repository.isPresent() && repository.equals(stated.repository())) {
        return i;
      }
      if (first < 0 && repository.isPresent()) {
        first = i;
      }
    }
    return Math.max(first, 0);
  }

  /** The Git repository of a source; a chart, or an artifact of a registry, has none. */
  private static Optional<String> repository(Fields source, SenderSettings settings) {
    return source.maybeText("chart").isPresent()
        ? Optional.empty()
        : source
            .maybeText("repoURL")
            .filter(url -> !url.startsWith("oci://"))
            .flatMap(settings.repositories()::normalise);
  }

  private static Optional<List<Fields>> sources(Optional<Fields> fields) {
    return fields
        .map(f -> f.maybeObjects("sources"))
        .filter(list -> !list.isEmpty())
        .or(
            () ->
                fields
                    .flatMap(f -> f.maybeObject("source"))
                    .filter(source -> source.maybeText("repoURL").isPresent())
                    .map(List::of));
  }

  private static Optional<List<String>> revisions(Optional<Fields> fields) {
    return fields
        .flatMap(f -> f.maybeTexts("revisions"))
        .filter(list -> !list.isEmpty())
        .or(() -> fields.flatMap(f -> f.maybeText("revision")).map(List::of));
  }
}
