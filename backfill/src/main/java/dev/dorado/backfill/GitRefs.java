package dev.dorado.backfill;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevObject;
import org.eclipse.jgit.revwalk.RevTag;

/**
 * Branches and tags of a Git repository. In a clone, the branches are those of its remote origin,
 * as they were last fetched; what was never pushed is nobody's history yet. Immutable.
 *
 * @param defaultBranch name of the default branch
 * @param branches heads, by name of the branch
 * @param tags what each tag points to, by name
 */
record GitRefs(String defaultBranch, Map<String, ObjectId> branches, Map<String, ObjectId> tags) {

  private static final int FEW = 10;
  private static final String ORIGIN = Constants.R_REMOTES + "origin/";

  /**
   * The refs of a repository.
   *
   * @param asked name of the default branch, if somebody says
   * @throws BackfillException if the default branch is not there
   */
  static GitRefs of(Repository repository, Optional<String> asked) throws IOException {
    var all = repository.getRefDatabase();
    boolean isClone =
        all.getRefsByPrefix(ORIGIN).stream().anyMatch(ref -> !ref.getName().endsWith("/HEAD"));
    String prefix = isClone ? ORIGIN : Constants.R_HEADS;
    Map<String, ObjectId> branches = new TreeMap<>();
    for (Ref ref : all.getRefsByPrefix(prefix)) {
      if (!ref.isSymbolic() && ref.getObjectId() != null) {
        branches.put(ref.getName().substring(prefix.length()), ref.getObjectId());
      }
    }
    Map<String, ObjectId> tags = new TreeMap<>();
    for (Ref ref : all.getRefsByPrefix(Constants.R_TAGS)) {
      if (ref.getObjectId() != null) {
        tags.put(ref.getName().substring(Constants.R_TAGS.length()), ref.getObjectId());
      }
    }
    return new GitRefs(defaultBranch(repository, prefix, branches, asked), branches, tags);
  }

  /**
   * When a tag was made: the tagger's time, else that of its commit. A time that lies after the
   * import is not believed.
   *
   * @param tag what the tag's ref points to, with its body: the tag's object or the commit
   * @param committed time of the commit that it names in the end
   * @return empty if the commit's time, too, lies after the import
   */
  static Optional<Instant> timeOfTag(RevObject tag, Instant committed, Instant importedAt) {
    Instant time =
        tag instanceof RevTag annotated && annotated.getTaggerIdent() != null
            ? annotated.getTaggerIdent().getWhenAsInstant()
            : committed;
    return Optional.of(time.isAfter(importedAt) ? committed : time)
        .filter(believed -> !believed.isAfter(importedAt));
  }

  /** What to tell a person whose patterns name nothing that is there. */
  List<String> hints(GitSettings settings) {
    List<String> hints = new ArrayList<>();
    addHints("tag", settings.tags(), tags.keySet(), hints);
    addHints("branch", settings.deployedBranches(), branches.keySet(), hints);
    addHints("branch", settings.branches(), branches.keySet(), hints);
    return hints;
  }

  private static void addHints(
      String kind, List<String> patterns, Set<String> names, List<String> hints) {
    for (String pattern : patterns) {
      if (names.stream().noneMatch(name -> GitSettings.matches(pattern, name))) {
        hints.add(
            "no %s matches '%s': of all there %s"
                .formatted(
                    kind,
                    pattern,
                    switch (names.size()) {
                      case 0 -> "is none";
                      case 1 -> "is one, " + few(names);
                      default -> "are %,d, as %s".formatted(names.size(), few(names));
                    }));
      }
    }
  }

  private static String defaultBranch(
      Repository repository, String prefix, Map<String, ObjectId> branches, Optional<String> asked)
      throws IOException {
    if (asked.isPresent()) {
      return asked
          .filter(branches::containsKey)
          .orElseThrow(() -> new BackfillException(lacks(repository, asked.get(), branches)));
    }
    return Stream.of(
            target(repository, ORIGIN + Constants.HEAD, prefix),
            target(repository, Constants.HEAD, Constants.R_HEADS),
            Optional.of("main"),
            Optional.of("master"))
        .flatMap(Optional::stream)
        .filter(branches::containsKey)
        .findFirst()
        .orElseThrow(() -> new BackfillException(lacks(repository, "main", branches)));
  }

  /** The branch that a symbolic ref names. */
  private static Optional<String> target(Repository repository, String symbolic, String prefix)
      throws IOException {
    Ref ref = repository.getRefDatabase().exactRef(symbolic);
    return Optional.ofNullable(ref)
        .filter(Ref::isSymbolic)
        .map(found -> found.getTarget().getName())
        .filter(name -> name.startsWith(prefix))
        .map(name -> name.substring(prefix.length()));
  }

  private static String lacks(
      Repository repository, String branch, Map<String, ObjectId> branches) {
    return branches.isEmpty()
        ? "%s has no branches: expected a clone or bare repository with commits"
            .formatted(repository.getDirectory())
        : "%s has no branch '%s': name its default branch with --default-branch; there are %s"
            .formatted(repository.getDirectory(), branch, few(branches.keySet()));
  }

  private static String few(Set<String> names) {
    return names.stream().limit(FEW).collect(Collectors.joining(", "))
        + (names.size() > FEW ? " and more" : "");
  }
}
