package dev.dorado.ingest.catalog;

import java.time.Instant;
import java.util.List;

/**
 * What has become of the looks at a source. Immutable.
 *
 * @param source name of the source
 * @param lastAttemptAt when it was last looked at; null: never
 * @param lastSuccessAt when that last worked; null: never
 * @param entries how many entries it had then
 * @param changes how many of them were new then
 * @param failures how many looks have failed since
 * @param error why the last look failed; null if it did not
 * @param problems what could not be used of what was seen, for people
 * @param notes what was taken for lack of better, for people
 * @param warnings what is most likely a mistake but applied all the same, for people
 */
public record PollState(
    String source,
    Instant lastAttemptAt,
    Instant lastSuccessAt,
    int entries,
    int changes,
    int failures,
    String error,
    List<String> problems,
    List<String> notes,
    List<String> warnings) {

  private static final int MOST = 50;

  public PollState {
    problems = List.copyOf(problems);
    notes = List.copyOf(notes);
    warnings = List.copyOf(warnings);
  }

  /** The state of a source that was not looked at yet. */
  public static PollState first(String source) {
    return new PollState(source, null, null, 0, 0, 0, null, List.of(), List.of(), List.of());
  }

  /** The state after a look that worked. */
  public PollState succeeded(Instant now, CatalogUpload upload, int changed) {
    return new PollState(
        source,
        now,
        now,
        upload.entries().size(),
        changed,
        0,
        null,
        upload.problems().stream().limit(MOST).map(CatalogProblem::message).toList(),
        upload.notes().stream().limit(MOST).toList(),
        upload.warnings().stream().limit(MOST).toList());
  }

  PollState failed(Instant now, String why, int failed) {
    return new PollState(
        source, now, lastSuccessAt, entries, changes, failed, why, problems, notes, warnings);
  }
}
