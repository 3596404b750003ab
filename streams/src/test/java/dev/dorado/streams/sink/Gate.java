package dev.dorado.streams.sink;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A port of its own that leads to another port of this machine while it is open. Closed, it refuses
 * connections, and those that were made break: what stands behind it is away.
 */
final class Gate implements AutoCloseable {

  private final int target;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private int port;
  private ServerSocket server;

  /** A gate to {@code target} that is open. */
  Gate(int target) {
    this.target = target;
    open();
  }

  int port() {
    return port;
  }

  /** Lets connections through, on the same port as before. */
  void open() {
    try {
      server = new ServerSocket();
      server.setReuseAddress(true);
      server.bind(new java.net.InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      port = server.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    var listening = server;
    daemon(() -> accept(listening));
  }

  @Override
  public void close() {
    closeQuietly(server);
    sockets.forEach(Gate::closeQuietly);
    sockets.clear();
  }

  private void accept(ServerSocket listening) {
    while (!listening.isClosed()) {
      try {
        var here = listening.accept();
        var there = new Socket(InetAddress.getLoopbackAddress(), target);
        here.setTcpNoDelay(true);
        there.setTcpNoDelay(true);
        sockets.add(here);
        sockets.add(there);
        daemon(() -> pass(here, there));
        daemon(() -> pass(there, here));
      } catch (IOException e) {
        closeQuietly(listening);
      }
    }
  }

  private static void pass(Socket from, Socket to) {
    try (from;
        to;
        InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream()) {
      in.transferTo(out);
    } catch (IOException e) {
      // One end has closed; so is the other now.
    }
  }

  private static void daemon(Runnable work) {
    var thread = new Thread(work, "gate");
    thread.setDaemon(true);
    thread.start();
  }

  private static void closeQuietly(AutoCloseable closeable) {
    try {
      closeable.close();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
