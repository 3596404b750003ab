package dev.dorado.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.stream.IntStream;

/** TCP ports of the loopback interface. */
final class LoopbackPort {
  static final String HOST = "127.0.0.1";

  private LoopbackPort() {}

  /**
   * A port that was free a moment ago; another process may take it before its user does.
   *
   * @param taken ports that are to be listened on as well: one that was found and let go may be
   *     found again
   */
  static int free(int... taken) {
    try (ServerSocket found = bound(0)) {
      int port = found.getLocalPort();
      // While this one is held, another search finds another.
      return IntStream.of(taken).anyMatch(other -> other == port) ? free(taken) : port;
    } catch (IOException e) {
      throw new EmbeddedPartException("No port of " + HOST + " is free: " + e, e);
    }
  }

  /**
   * Checks that a port can be had.
   *
   * @param part who wants it, for the message
   * @throws EmbeddedPartException if something listens there
   */
  static void requireFree(int port, String part) {
    if (port < 0 || port > 65_535) {
      throw new EmbeddedPartException(
          part + " can't listen on port " + port + ": ports are 1 to 65535, or 0 for any.");
    }
    try (ServerSocket socket = bound(port)) {
      socket.getLocalPort();
    } catch (IOException e) {
      throw new EmbeddedPartException(
          part
              + " can't listen on "
              + HOST
              + ":"
              + port
              + " ("
              + e.getMessage()
              + "). Stop what listens there, or choose another port.",
          e);
    }
  }

  private static ServerSocket bound(int port) throws IOException {
    ServerSocket socket = new ServerSocket();
    try {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port));
      return socket;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }
}
