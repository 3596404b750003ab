package dev.dorado.embedded;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Whether tests can run a container of an image without pulling anything.
 *
 * @param reasonAgainst why not; empty if they can
 */
record DockerPresence(Optional<String> reasonAgainst) {
  /**
   * Looks for an engine at its usual sockets first: Testcontainers logs its own search as a
   * failure.
   */
  static DockerPresence of(String image) {
    if (!onClassPath("org.testcontainers.kafka.KafkaContainer")) {
      return against("Testcontainers is not on the class path");
    }
    if (System.getenv("DOCKER_HOST") == null && sockets().noneMatch(DockerPresence::answers)) {
      return against("no Docker engine answers, and DOCKER_HOST is not set");
    }
    return new DockerPresence(KafkaContainers.reasonAgainst(image));
  }

  private static DockerPresence against(String reason) {
    return new DockerPresence(Optional.of(reason));
  }

  private static boolean onClassPath(String name) {
    try {
      Class.forName(name, false, DockerPresence.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  private static Stream<Path> sockets() {
    String home = System.getProperty("user.home");
    String runtime = System.getenv("XDG_RUNTIME_DIR");
    return Stream.concat(
        Stream.of(
            Path.of("/var/run/docker.sock"),
            Path.of(home, ".docker/run/docker.sock"),
            Path.of(home, ".docker/desktop/docker.sock")),
        Stream.ofNullable(runtime).map(folder -> Path.of(folder, "docker.sock")));
  }

  private static boolean answers(Path socket) {
    if (!Files.exists(socket)) {
      return false;
    }
    try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
      return channel.isConnected();
    } catch (IOException e) {
      return false;
    }
  }
}
