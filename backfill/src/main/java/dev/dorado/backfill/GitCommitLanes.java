package dev.dorado.backfill;

import dev.dorado.backfill.GitBranchImport.Imported;
import dev.dorado.backfill.GitBranchImport.Step;
import dev.dorado.events.Commit;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Repository;

/**
 * Several threads that read commits and their differences, and give them back in order. For one
 * thread that asks.
 */
final class GitCommitLanes implements AutoCloseable {

  private static final int COMMITS_A_CHUNK = 128;
  private static final int MOST_LANES = 8;

  private final int lanes = Math.min(MOST_LANES, Runtime.getRuntime().availableProcessors());
  private final ExecutorService threads =
      Executors.newFixedThreadPool(lanes, GitCommitLanes::thread);
  private final BlockingQueue<GitCommitReader> readers = new LinkedBlockingQueue<>();
  private final Deque<Future<List<Imported>>> ahead = new ArrayDeque<>();
  private Supplier<Step> steps;
  private BiFunction<Step, List<Commit>, Imported> translation;
  private Iterator<Imported> done = List.<Imported>of().iterator();

  GitCommitLanes(Repository repository, boolean files, Instant importedAt) {
    for (int i = 0; i < lanes; i++) {
      readers.add(new GitCommitReader(repository, files, importedAt));
    }
  }

  /**
   * Begins with a branch, once the one before is done.
   *
   * @param from gives the steps one after the other, then null
   * @param to makes events of a step and its commits; called by several threads
   */
  void begin(Supplier<Step> from, BiFunction<Step, List<Commit>, Imported> to) {
    steps = from;
    translation = to;
  }

  /** What became of the next step, in order; null after the last. */
  Imported next() throws IOException {
    while (!done.hasNext()) {
      while (ahead.size() < 3 * lanes) {
        List<Step> chunk = chunk();
        if (chunk.isEmpty()) {
          break;
        }
        ahead.add(threads.submit(() -> read(chunk)));
      }
      if (ahead.isEmpty()) {
        return null;
      }
      done = result(ahead.remove()).iterator();
    }
    return done.next();
  }

  @Override
  public void close() {
    ahead.forEach(future -> future.cancel(false));
    // After what is under way: each task puts its reader back.
    for (int i = 0; i < lanes; i++) {
      take().close();
    }
    threads.shutdown();
  }

  private List<Step> chunk() {
    List<Step> chunk = new ArrayList<>();
    int commits = 0;
    while (commits < COMMITS_A_CHUNK) {
      Step step = steps.get();
      if (step == null) {
        break;
      }
      chunk.add(step);
      commits += step.commits().size();
    }
    return chunk;
  }

  private List<Imported> read(List<Step> chunk) throws IOException {
    GitCommitReader reader = take();
    try {
      List<Imported> imported = new ArrayList<>(chunk.size());
      for (Step step : chunk) {
        List<Commit> commits = new ArrayList<>(step.commits().size());
        for (ObjectId id : step.commits()) {
          commits.add(reader.read(id));
        }
        imported.add(translation.apply(step, commits));
      }
      return imported;
    } finally {
      readers.add(reader);
    }
  }

  private GitCommitReader take() {
    try {
      return readers.take();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BackfillException("interrupted while reading commits.", e);
    }
  }

  private static List<Imported> result(Future<List<Imported>> future) throws IOException {
    try {
      return future.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException cause) {
        throw cause;
      }
      throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BackfillException("interrupted while reading commits.", e);
    }
  }

  private static Thread thread(Runnable task) {
    var thread = new Thread(task, "backfill-git");
    thread.setDaemon(true);
    return thread;
  }
}
