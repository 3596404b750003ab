package dev.dorado.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;

/** A connection over which a test sends what it likes, and as slowly as it likes. */
final class RawConnection implements AutoCloseable {

  private final Socket socket;

  private RawConnection(Socket socket) {
    this.socket = socket;
  }

  /** Connects and sends {@code bytes}, which may be a part of a request or nothing. */
  static RawConnection sending(int port, String bytes) {
    try {
      var connection = new RawConnection(new Socket(InetAddress.getLoopbackAddress(), port));
      connection.send(bytes);
      return connection;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void send(String bytes) {
    try {
      socket.getOutputStream().write(bytes.getBytes(UTF_8));
      socket.getOutputStream().flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The next byte that comes. */
  int next() {
    try {
      return socket.getInputStream().read();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All that comes until the server closes the connection. */
  String answer() {
    try {
      return new String(socket.getInputStream().readAllBytes(), UTF_8);
    } catch (IOException e) {
      return "";
    }
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
