package dev.dorado.backfill;

import java.util.List;

/** Keeps the notes. */
record NotedProgress(List<String> notes) implements BackfillProgress {

  @Override
  public void begin(String what, long total) {}

  @Override
  public void step(long done) {}

  @Override
  public void end() {}

  @Override
  public void note(String text) {
    notes.add(text);
  }
}
