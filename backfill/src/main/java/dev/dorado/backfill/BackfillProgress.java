package dev.dorado.backfill;

/** Is told how far a backfill is, for people. Used by one thread. */
public interface BackfillProgress {

  /** Tells nobody. */
  BackfillProgress NONE =
      new BackfillProgress() {
        @Override
        public void begin(String what, long total) {}

        @Override
        public void step(long done) {}

        @Override
        public void end() {}

        @Override
        public void note(String text) {}
      };

  /**
   * A piece of work begins.
   *
   * @param what its items, as {@code commits of main}
   * @param total how many there are, or -1 if nobody knows
   */
  void begin(String what, long total);

  /** Reports that further items are done. */
  void step(long done);

  /** The piece of work is done. */
  void end();

  /** Something that a person wants to know. */
  void note(String text);
}
