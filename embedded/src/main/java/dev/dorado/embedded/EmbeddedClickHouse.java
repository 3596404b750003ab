package dev.dorado.embedded;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * ClickHouse inside this process (chDB), behind an HTTP endpoint on the loopback interface that
 * ClickHouse's own JDBC driver speaks to. A process has one at a time; uses that shall not see each
 * other have a database each. Tables and rows are in the folder and are there again at the next
 * start. Thread-safe.
 */
public final class EmbeddedClickHouse implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedClickHouse.class);
  private static final String PART = "The embedded ClickHouse";

  private final ClickHouseEngine engine;
  private final ClickHouseEndpoint endpoint;
  private final FolderLock lock;
  private final String password;
  private boolean closed;

  private EmbeddedClickHouse(
      ClickHouseEngine engine, ClickHouseEndpoint endpoint, FolderLock lock, String password) {
    this.engine = engine;
    this.endpoint = endpoint;
    this.lock = lock;
    this.password = password;
  }

  /**
   * Starts the engine and its endpoint.
   *
   * @param folder where it keeps everything; made where it is missing
   * @param port to listen on, 0 for any free one
   * @throws EmbeddedPartException if the engine's library is missing, the folder or the port is in
   *     use, or another one is open in this process
   */
  public static EmbeddedClickHouse start(Path folder, int port) {
    return start(folder, port, random());
  }

  /**
   * As {@link #start(Path, int)}, with a password that clients know before, so that they find their
   * way back after a restart.
   */
  public static EmbeddedClickHouse start(Path folder, int port, String password) {
    requireNonNull(password, "password");
    Path absolute = requireNonNull(folder, "folder").toAbsolutePath().normalize();
    LoopbackPort.requireFree(port, PART);
    FolderLock lock = FolderLock.take(absolute, PART);
    ClickHouseEngine engine = null;
    try {
      engine = ClickHouseEngine.open(absolute.resolve("engine"));
      ClickHouseEndpoint endpoint = ClickHouseEndpoint.start(engine, port, password);
      LOG.info("ClickHouse serves on {}:{} from {}", LoopbackPort.HOST, endpoint.port(), absolute);
      return new EmbeddedClickHouse(engine, endpoint, lock, password);
    } catch (RuntimeException e) {
      if (engine != null) {
        engine.close();
      }
      lock.close();
      throw e;
    }
  }

  /**
   * For ClickHouse's JDBC driver, with user and password, and the database {@code default}. Not for
   * logs.
   */
  public String jdbcUrl() {
    return jdbcUrl("default");
  }

  /**
   * For ClickHouse's JDBC driver, with user and password. Not for logs.
   *
   * @param database one that exists; see {@link #createDatabase}
   */
  public String jdbcUrl(String database) {
    return "%s&user=%s&password=%s".formatted(address(database), user(), password);
  }

  /**
   * As {@link #jdbcUrl()}, without user and password. The endpoint does not compress, which the URL
   * tells the driver.
   */
  public String address() {
    return address("default");
  }

  /** The only user. */
  public String user() {
    return ClickHouseEndpoint.USER;
  }

  /** The user's password, made at this start. */
  public String password() {
    return password;
  }

  private String address(String database) {
    return "jdbc:ch://%s:%d/%s?compress=false"
        .formatted(LoopbackPort.HOST, endpoint.port(), database);
  }

  /** The HTTP interface, without a slash at its end. */
  public String url() {
    return "http://" + LoopbackPort.HOST + ":" + endpoint.port();
  }

  /** Makes a database where it is missing. */
  public void createDatabase(String name) {
    run(
        "CREATE DATABASE IF NOT EXISTS "
            + ClickHouseEndpoint.quoted('`', requireNonNull(name, "name")));
  }

  /** Drops a database with all it has, at once; nothing where there is none. */
  public void dropDatabase(String name) {
    run(
        "DROP DATABASE IF EXISTS "
            + ClickHouseEndpoint.quoted('`', requireNonNull(name, "name"))
            + " SYNC");
  }

  /** Stops endpoint and engine; waits for running statements. Does nothing the second time. */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      endpoint.close();
      engine.close();
    } finally {
      lock.close();
    }
  }

  private static String random() {
    byte[] bytes = new byte[24];
    new SecureRandom().nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  private void run(String sql) {
    try (ClickHouseEngine.Session session = engine.session()) {
      session.run(sql);
    } catch (ClickHouseException e) {
      throw new EmbeddedPartException(PART + " refused `" + sql + "`: " + e.getMessage(), e);
    }
  }
}
