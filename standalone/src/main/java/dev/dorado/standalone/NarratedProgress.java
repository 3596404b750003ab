package dev.dorado.standalone;

import static java.util.Objects.requireNonNull;

import dev.dorado.backfill.BackfillProgress;

/** Tells a person how far a backfill is. Not thread-safe. */
final class NarratedProgress implements BackfillProgress {

  private final Narration narration;
  private FeedProgress current;

  NarratedProgress(Narration narration) {
    this.narration = requireNonNull(narration);
  }

  @Override
  public void begin(String what, long total) {
    current = FeedProgress.of(what, total, narration);
  }

  @Override
  public void step(long done) {
    current.step(done);
  }

  @Override
  public void end() {
    current.close();
    current = null;
  }

  @Override
  public void note(String text) {
    narration.step(text);
  }
}
