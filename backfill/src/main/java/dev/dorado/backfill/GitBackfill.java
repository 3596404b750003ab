package dev.dorado.backfill;

import static java.util.Objects.requireNonNull;

import dev.dorado.backfill.GitBranchImport.Imported;
import dev.dorado.backfill.GitBranchImport.Step;
import dev.dorado.backfill.GitLines.Line;
import dev.dorado.events.Commit;
import dev.dorado.events.DeploymentEvent;
import dev.dorado.events.Provenance;
import dev.dorado.ingest.EventSink;
import dev.dorado.ingest.delivery.CanonicalEvent;
import dev.dorado.ingest.delivery.EventId;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;

/**
 * The history of a Git repository as events: a push for each commit of the first-parent line of
 * each imported branch (rules S1, S2) and for each tag, and deployments where tags or branches say
 * so (rule E4). The lines on which deployed tags lie are branches too ({@link GitLines}). Written
 * again, everything has the same ids. For one thread, which is helped by others.
 */
public final class GitBackfill {

  /** How many commits may have to be imported again after an interruption. */
  private static final int COMMITS_BETWEEN_SAVES = 1_000;

  private final Repository repository;
  private final GitSettings settings;
  private final GitRefs refs;
  private final ImportedPushes pushes;
  private final EventSink sink;
  private final BackfillState state;
  private final BackfillProgress progress;
  private final Instant importedAt;
  private long written;

  private GitBackfill(
      Repository repository,
      GitSettings settings,
      GitRefs refs,
      ImportedPushes pushes,
      EventSink sink,
      BackfillState state,
      BackfillProgress progress,
      Instant importedAt) {
    this.repository = repository;
    this.settings = settings;
    this.refs = refs;
    this.pushes = pushes;
    this.sink = sink;
    this.state = state;
    this.progress = progress;
    this.importedAt = importedAt;
  }

  /**
   * Imports what has not been imported yet.
   *
   * @param source the repository and its name
   * @param settings what of it
   * @param sink where the events go
   * @param state how far earlier imports came; is written down on the way
   * @param progress is told how far this one is
   * @param clock gives the time of the import
   * @throws BackfillException if it can't go on
   */
  public static Result run(
      GitRepository source,
      GitSettings settings,
      EventSink sink,
      BackfillState state,
      BackfillProgress progress,
      Clock clock) {
    requireNonNull(sink);
    Instant importedAt = clock.instant();
    try {
      var refs = GitRefs.of(source.repository(), settings.defaultBranch());
      var pushes =
          new ImportedPushes(
              new Provenance("git", "backfill", importedAt, "backfill"),
              source.name(),
              refs.defaultBranch());
      var backfill =
          new GitBackfill(
              source.repository(), settings, refs, pushes, sink, state, progress, importedAt);
      return backfill.run();
    } catch (IOException e) {
      throw new BackfillException(
          "the Git repository %s can't be read (%s): 'git fsck' there says what is wrong."
              .formatted(source.repository().getDirectory(), e.getMessage()),
          e);
    }
  }

  private Result run() throws IOException {
    if (!repository.getObjectDatabase().getShallowCommits().isEmpty()) {
      progress.note(
          "the clone is shallow, and so is what is imported: 'git fetch --unshallow' first brings"
              + " the whole history.");
    }
    refs.hints(settings).forEach(progress::note);
    var lines = GitLines.of(repository, refs, settings, importedAt);
    lines.notes(refs.defaultBranch()).forEach(progress::note);
    long commits = 0;
    long releaseCommits = 0;
    try (var lanes = new GitCommitLanes(repository, settings.files(), importedAt)) {
      for (Line line : lines.others()) {
        commits += importLine(line, lanes);
      }
      if (!lines.releaseLines().isEmpty()) {
        progress.begin("commits of release lines", -1);
        for (Line line : lines.releaseLines()) {
          releaseCommits += importLine(line, lanes);
        }
        progress.end();
      }
    }
    long tags = importTags();
    return new Result(
        commits + releaseCommits, tags, written, lines.releaseLines().size(), releaseCommits);
  }

  private long importLine(Line line, GitCommitLanes lanes) throws IOException {
    String branch = line.branch();
    // What came without file lists may be wanted with them later.
    String kind = line.cursor() + (settings.files() ? "" : " without files");
    ObjectId head = line.head();
    Optional<ObjectId> imported = state.cursor(kind).map(ObjectId::fromString);
    if (imported.isPresent() && imported.get().equals(head)) {
      if (!line.isReleaseLine()) {
        progress.note("%s: nothing new since %s".formatted(branch, head.abbreviate(10).name()));
      }
      return 0;
    }
    var work = new GitBranchImport(repository, head, imported, line.below(), importedAt);
    if (imported.isPresent() && !work.continues()) {
      progress.note(
          "%s no longer has %s, which was imported before (a force-push?): it is imported anew"
              .formatted(branch, imported.get().abbreviate(10).name()));
    }
    if (!line.isReleaseLine()) {
      progress.begin("commits of " + branch, work.size());
    }
    boolean deployed = settings.isDeployedBranch(branch);
    int sinceSave = 0;
    lanes.begin(
        work::next,
        (step, commits) ->
            imported(branch, step, commits, deployed && !isFork(line, step.commit())));
    for (Imported next = lanes.next(); next != null; next = lanes.next()) {
      sink.write(next.events());
      written += next.events().size();
      progress.step(next.commits());
      sinceSave += next.commits();
      if (sinceSave >= COMMITS_BETWEEN_SAVES) {
        sinceSave = 0;
        save(kind, next.commit());
      }
    }
    save(kind, head);
    if (!line.isReleaseLine()) {
      progress.end();
    }
    return work.size();
  }

  /** Whether the default branch has a commit of the line, which is then deployed from there. */
  private static boolean isFork(Line line, ObjectId commit) {
    return line.fork().isPresent() && line.fork().get().equals(commit);
  }

  private void save(String kind, ObjectId newest) {
    sink.flush();
    state.set(kind, newest.name());
    state.save();
  }

  private Imported imported(String branch, Step step, List<Commit> commits, boolean deployed) {
    List<CanonicalEvent<?>> events = new ArrayList<>(2);
    events.add(pushes.branch(branch, step.before().map(ObjectId::name), step.time(), commits));
    if (deployed) {
      String sha = step.commit().name();
      events.add(
          deployment(
              "branch:%s@%s".formatted(branch, sha),
              sha,
              null,
              "refs/heads/" + branch,
              step.time()));
    }
    return new Imported(step.commit(), commits.size(), events);
  }

  private long importTags() throws IOException {
    Map<String, ObjectId> toDo = new TreeMap<>();
    refs.tags()
        .forEach(
            (name, object) -> {
              if (!state.cursor(tagKind(name)).equals(Optional.of(object.name()))) {
                toDo.put(name, object);
              }
            });
    progress.begin("tags", toDo.size());
    try (var walk = new RevWalk(repository)) {
      for (var tag : toDo.entrySet()) {
        importTag(walk, tag.getKey(), tag.getValue());
        progress.step(1);
      }
    }
    sink.flush();
    toDo.forEach((name, object) -> state.set(tagKind(name), object.name()));
    state.save();
    progress.end();
    return toDo.size();
  }

  private String tagKind(String name) {
    return settings.isDeployedTag(name)
        ? "tag %s of %s to %s"
            .formatted(name, settings.service().orElse("the repository"), settings.environment())
        : "tag " + name;
  }

  private void importTag(RevWalk walk, String name, ObjectId object) throws IOException {
    var target = walk.parseAny(object);
    if (!(walk.peel(target) instanceof RevCommit peeled)) {
      progress.note("the tag %s names no commit, and is left out".formatted(name));
      return;
    }
    RevCommit commit = walk.parseCommit(peeled);
    Instant committed = CommitTimes.of(walk, commit);
    Optional<Instant> time = GitRefs.timeOfTag(target, committed, importedAt);
    if (time.isEmpty()) {
      progress.note(
          "the tag %s lies in the future (%s), and is left out".formatted(name, committed));
      return;
    }
    List<CanonicalEvent<?>> events = new ArrayList<>(2);
    events.add(pushes.tag(name, object.name(), commit.name(), time.get()));
    if (settings.isDeployedTag(name)) {
      events.add(deployment("tag:" + name, commit.name(), name, "refs/tags/" + name, time.get()));
    }
    sink.write(events);
    written += events.size();
  }

  private CanonicalEvent<DeploymentEvent> deployment(
      String deployment, String sha, String version, String ref, Instant time) {
    String subject =
        String.join(
            " ",
            pushes.repository(),
            settings.service().orElse(""),
            settings.environment(),
            deployment);
    return CanonicalEvent.of(
        DeploymentEvent.newBuilder()
            .setId(EventId.of("deployment", subject, "succeeded", time))
            .setProvenance(pushes.provenance())
            .setOccurredAt(time)
            .setDeployment(deployment)
            .setRepository(pushes.repository())
            .setService(settings.service().orElse(null))
            .setEnvironment(settings.environment())
            .setRef(ref)
            .setSha(sha)
            .setVersion(version)
            .setStatus("succeeded")
            .setFinishedAt(time)
            .build());
  }

  /**
   * What was imported.
   *
   * @param commits commits of branches
   * @param tags tags
   * @param events events that were written
   * @param releaseLines lines beside the default branch on which deployed tags lie
   * @param releaseCommits how many of the commits are of these lines
   */
  public record Result(
      long commits, long tags, long events, long releaseLines, long releaseCommits) {}
}
