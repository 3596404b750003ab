package dev.dorado.embedded;

import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * ClickHouse for a test class, as {@code @RegisterExtension static final ClickHouseExtension
 * clickHouse = new ClickHouseExtension();}: a fresh, empty database for the class and the classes
 * nested in it, dropped after it. Classes that run at once share the engine, of which a process has
 * one; it is closed when none uses it, so that other tests may start their own on a folder of
 * theirs.
 */
public final class ClickHouseExtension implements BeforeAllCallback, AfterAllCallback {
  private static final AtomicInteger NUMBER = new AtomicInteger();

  private EmbeddedClickHouse clickHouse;
  private String database;
  private int depth;

  @Override
  public synchronized void beforeAll(ExtensionContext context) {
    if (depth == 0) {
      clickHouse = Shared.acquire();
      database =
          "test_%d_%s"
              .formatted(
                  NUMBER.incrementAndGet(),
                  context.getRequiredTestClass().getSimpleName().toLowerCase(Locale.ROOT));
      clickHouse.createDatabase(database);
    }
    depth++;
  }

  @Override
  public synchronized void afterAll(ExtensionContext context) {
    depth--;
    if (depth == 0) {
      try {
        clickHouse.dropDatabase(database);
      } finally {
        clickHouse = null;
        Shared.release();
      }
    }
  }

  /** For ClickHouse's JDBC driver, with the class's own database as the default one. */
  public synchronized String jdbcUrl() {
    return started().jdbcUrl(database);
  }

  /** The HTTP interface, without a slash at its end. */
  public synchronized String url() {
    return started().url();
  }

  /** The name of the class's own database. */
  public synchronized String database() {
    started();
    return database;
  }

  private EmbeddedClickHouse started() {
    if (clickHouse == null) {
      throw new IllegalStateException(
          "ClickHouse is not started: register the extension in a static field of the test class.");
    }
    return clickHouse;
  }

  /** The engine of the test classes that run now. */
  private static final class Shared {
    private static EmbeddedClickHouse clickHouse;
    private static ScratchFolder folder;
    private static int users;

    private Shared() {}

    static synchronized EmbeddedClickHouse acquire() {
      if (users == 0) {
        ScratchFolder fresh = ScratchFolder.create("clickhouse");
        try {
          clickHouse = EmbeddedClickHouse.start(fresh.path(), 0);
        } catch (RuntimeException e) {
          fresh.close();
          throw e;
        }
        folder = fresh;
      }
      users++;
      return clickHouse;
    }

    static synchronized void release() {
      users--;
      if (users == 0) {
        clickHouse.close();
        folder.close();
      }
    }
  }
}
