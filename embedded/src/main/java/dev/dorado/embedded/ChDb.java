package dev.dorado.embedded;

import com.sun.jna.IntegerType;
import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Pointer;

/**
 * The functions of chDB's library that are used here, under their own names; see chdb.h of the chDB
 * project.
 */
interface ChDb extends Library {
  /** Must be called before the first connection: the JVM needs its own handler of SIGSEGV. */
  void chdb_set_signal_handlers_enabled(int enabled);

  /**
   * A pointer to a connection, null if it failed. Arguments name the folder and settings of this
   * connection.
   */
  Pointer chdb_connect(int count, Pointer arguments);

  void chdb_close_conn(Pointer connection);

  Pointer chdb_query_n(
      Pointer connection, Pointer sql, Size sqlLength, byte[] format, Size formatLength);

  Pointer chdb_query_with_params_n(
      Pointer connection,
      Pointer sql,
      Size sqlLength,
      byte[] format,
      Size formatLength,
      Pointer names,
      Pointer nameLengths,
      Pointer values,
      Pointer valueLengths,
      Size count);

  Pointer chdb_stream_insert_n(
      Pointer connection, byte[] sql, Size sqlLength, byte[] format, Size formatLength);

  String chdb_stream_insert_error(Pointer stream);

  int chdb_stream_append(Pointer stream, Pointer data, Size length);

  Pointer chdb_stream_done(Pointer stream);

  void chdb_destroy_insert_stream(Pointer stream);

  Pointer chdb_result_buffer(Pointer result);

  Size chdb_result_length(Pointer result);

  Pointer chdb_result_error(Pointer result);

  long chdb_result_storage_rows_read(Pointer result);

  long chdb_result_storage_bytes_read(Pointer result);

  long chdb_result_rows_read(Pointer result);

  long chdb_result_bytes_read(Pointer result);

  long chdb_result_rows_written(Pointer result);

  long chdb_result_bytes_written(Pointer result);

  void chdb_destroy_query_result(Pointer result);

  /** C's {@code size_t}. */
  final class Size extends IntegerType {
    private static final long serialVersionUID = 1L;

    /** Zero; JNA makes returned values with it. */
    public Size() {
      this(0);
    }

    Size(long value) {
      super(Native.SIZE_T_SIZE, value, true);
    }
  }
}
