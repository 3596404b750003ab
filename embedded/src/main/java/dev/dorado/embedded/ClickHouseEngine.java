package dev.dorado.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.StringArray;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ClickHouse engine in this process, on one folder. A process has one at a time: the library
 * allows one folder. Each use opens a connection of its own (half a millisecond), so that the
 * database and the settings of one never reach another. Thread-safe.
 */
final class ClickHouseEngine implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ClickHouseEngine.class);
  private static final int SECONDS_FOR_RUNNING_STATEMENTS = 30;
  private static final int CHUNK = 64 * 1024;

  /**
   * Held for the life of the process: once it is garbage, JNA unmaps the library under its own
   * running threads.
   */
  private static ChDb library;

  /** The folder of the engine that is open in this process, null if none is. */
  private static Path openFolder;

  private final Path folder;
  private final Pointer keeper;
  private final ReentrantReadWriteLock uses = new ReentrantReadWriteLock();
  private boolean closed;

  private ClickHouseEngine(Path folder, Pointer keeper) {
    this.folder = folder;
    this.keeper = keeper;
  }

  /**
   * Starts the engine.
   *
   * @throws EmbeddedPartException if the library is missing, another engine is open in this
   *     process, or the folder can't be used
   */
  static ClickHouseEngine open(Path folder) {
    synchronized (ClickHouseEngine.class) {
      if (openFolder != null) {
        throw new EmbeddedPartException(
            "The embedded ClickHouse can't be started on "
                + folder
                + ": it runs on "
                + openFolder
                + " in this process, and a process has one. Share that one with a database for each use, close it first, or use"
                + " another process.");
      }
      if (library == null) {
        library = load();
      }
      Pointer keeper = connect(folder);
      if (keeper == null) {
        throw new EmbeddedPartException(
            "The embedded ClickHouse did not start on "
                + folder
                + ": the folder is in use, not writable, or not ClickHouse's. What the engine says is on standard error.");
      }
      openFolder = folder;
      return new ClickHouseEngine(folder, keeper);
    }
  }

  /**
   * Opens a connection; close it in the same thread.
   *
   * @throws ClickHouseException if the engine is closed or refuses
   */
  Session session() throws ClickHouseException {
    uses.readLock().lock();
    Pointer connection = closed ? null : connect(folder);
    if (connection == null) {
      uses.readLock().unlock();
      throw ClickHouseException.notSupported(closed ? "it is closed" : "it gave no connection");
    }
    return new Session(connection);
  }

  /**
   * Stops the engine once what runs has ended; gives up on statements that take more than half a
   * minute.
   */
  @Override
  public void close() {
    try {
      if (!uses.writeLock().tryLock(SECONDS_FOR_RUNNING_STATEMENTS, TimeUnit.SECONDS)) {
        LOG.warn(
            "The embedded ClickHouse on {} is left open: a statement runs for more than {} seconds",
            folder,
            SECONDS_FOR_RUNNING_STATEMENTS);
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      LOG.warn("The embedded ClickHouse on {} is left open: its closing was interrupted", folder);
      return;
    }
    try {
      if (closed) {
        return;
      }
      closed = true;
      synchronized (ClickHouseEngine.class) {
        library.chdb_close_conn(keeper);
        openFolder = null;
      }
    } finally {
      uses.writeLock().unlock();
    }
  }

  private static ChDb load() {
    Path file = EmbeddedParts.load().chdbLibrary();
    try {
      ChDb loaded = Native.load(file.toString(), ChDb.class);
      loaded.chdb_set_signal_handlers_enabled(0);
      return loaded;
    } catch (UnsatisfiedLinkError e) {
      throw new EmbeddedPartException(
          "The ClickHouse engine "
              + file
              + " can't be loaded: "
              + e.getMessage()
              + ". On Linux it needs glibc.",
          e);
    }
  }

  /**
   * A connection, null where there is none to be had. UTC and no bare expressions as statements: as
   * on a server.
   */
  private static Pointer connect(Path folder) {
    String[] arguments = {
      "clickhouse", "--path=" + folder, "--session_timezone=UTC", "--implicit_select=0"
    };
    return library.chdb_connect(arguments.length, new StringArray(arguments, UTF_8.name()));
  }

  /** A connection of one thread. */
  final class Session implements AutoCloseable {
    private final Pointer connection;

    private Session(Pointer connection) {
      this.connection = connection;
    }

    /** Runs a statement whose answer is not wanted. */
    void run(String sql) throws ClickHouseException {
      query(sql.getBytes(UTF_8), "Null", Map.of()).close();
    }

    /**
     * Runs a statement.
     *
     * @param format of the answer where the statement names none
     * @param parameters for the statement's {@code {name:Type}}
     */
    Answer query(byte[] sql, String format, Map<String, String> parameters)
        throws ClickHouseException {
      byte[] name = format.getBytes(UTF_8);
      try (Memory text = copy(sql, 0)) {
        if (parameters.isEmpty()) {
          return checked(
              library.chdb_query_n(
                  handle(), text, new ChDb.Size(sql.length), name, new ChDb.Size(name.length)));
        }
        try (Strings names = Strings.of(parameters.keySet());
            Strings values = Strings.of(parameters.values())) {
          return checked(
              library.chdb_query_with_params_n(
                  handle(),
                  text,
                  new ChDb.Size(sql.length),
                  name,
                  new ChDb.Size(name.length),
                  names.pointers(),
                  names.lengths(),
                  values.pointers(),
                  values.lengths(),
                  new ChDb.Size(parameters.size())));
        }
      }
    }

    /** Inserts data; {@code sql} is the insert without its FORMAT. */
    Answer insert(byte[] sql, ClickHouseStatement.Data data) throws ClickHouseException {
      byte[] format = data.format().getBytes(UTF_8);
      Pointer stream =
          library.chdb_stream_insert_n(
              handle(), sql, new ChDb.Size(sql.length), format, new ChDb.Size(format.length));
      try {
        refuse(library.chdb_stream_insert_error(stream));
        if (data.length() > 0) {
          try (Memory bytes = copy(data.bytes(), data.offset())) {
            if (library.chdb_stream_append(stream, bytes, new ChDb.Size(data.length())) != 0) {
              String error = library.chdb_stream_insert_error(stream);
              refuse(error == null ? "The insert ended before its data" : error);
            }
          }
        }
        return checked(library.chdb_stream_done(stream));
      } finally {
        library.chdb_destroy_insert_stream(stream);
      }
    }

    @Override
    public void close() {
      library.chdb_close_conn(connection);
      uses.readLock().unlock();
    }

    private Pointer handle() {
      return connection.getPointer(0);
    }

    private Answer checked(Pointer result) throws ClickHouseException {
      Pointer error = library.chdb_result_error(result);
      if (error != null) {
        String message = error.getString(0, UTF_8.name());
        library.chdb_destroy_query_result(result);
        throw new ClickHouseException(message);
      }
      return new Answer(result);
    }

    private void refuse(String error) throws ClickHouseException {
      if (error != null) {
        throw new ClickHouseException(error);
      }
    }
  }

  /** What a statement gave; native memory until it is closed. */
  static final class Answer implements AutoCloseable {
    private final Pointer result;

    private Answer(Pointer result) {
      this.result = result;
    }

    long length() {
      return library.chdb_result_length(result).longValue();
    }

    void writeTo(OutputStream out) throws IOException {
      long length = length();
      if (length == 0) {
        return;
      }
      Pointer buffer = library.chdb_result_buffer(result);
      byte[] chunk = new byte[(int) Math.min(CHUNK, length)];
      for (long at = 0; at < length; at += chunk.length) {
        int size = (int) Math.min(chunk.length, length - at);
        buffer.read(at, chunk, 0, size);
        out.write(chunk, 0, size);
      }
    }

    /** In the words of the header X-ClickHouse-Summary; counts are strings there. */
    String summary(long elapsedNanos) {
      return """
          {"read_rows":"%d","read_bytes":"%d","written_rows":"%d","written_bytes":"%d","total_rows_to_read":"0",\
          "result_rows":"%d","result_bytes":"%d","elapsed_ns":"%d"}"""
          .formatted(
              library.chdb_result_storage_rows_read(result),
              library.chdb_result_storage_bytes_read(result),
              library.chdb_result_rows_written(result),
              library.chdb_result_bytes_written(result),
              library.chdb_result_rows_read(result),
              length(),
              elapsedNanos);
    }

    @Override
    public void close() {
      library.chdb_destroy_query_result(result);
    }
  }

  private static Memory copy(byte[] bytes, int offset) {
    int length = bytes.length - offset;
    // Of no bytes there is no memory.
    Memory memory = new Memory(Math.max(1, length));
    memory.write(0, bytes, offset, length);
    return memory;
  }

  /** C's {@code const char* const*} and its lengths. */
  private record Strings(Memory pointers, Memory lengths, List<Memory> texts)
      implements AutoCloseable {
    static Strings of(Iterable<String> strings) {
      List<Memory> texts = new ArrayList<>();
      List<Integer> sizes = new ArrayList<>();
      for (String string : strings) {
        byte[] bytes = string.getBytes(UTF_8);
        texts.add(copy(bytes, 0));
        sizes.add(bytes.length);
      }
      Memory pointers = new Memory((long) texts.size() * Native.POINTER_SIZE);
      Memory lengths = new Memory((long) texts.size() * Native.SIZE_T_SIZE);
      for (int i = 0; i < texts.size(); i++) {
        pointers.setPointer((long) i * Native.POINTER_SIZE, texts.get(i));
        lengths.setLong((long) i * Native.SIZE_T_SIZE, sizes.get(i));
      }
      return new Strings(pointers, lengths, texts);
    }

    @Override
    public void close() {
      pointers.close();
      lengths.close();
      texts.forEach(Memory::close);
    }
  }
}
