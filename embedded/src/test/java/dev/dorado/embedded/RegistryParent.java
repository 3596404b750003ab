package dev.dorado.embedded;

import java.nio.file.Path;

/**
 * A process that has a registry, says which on its standard output, and stays until it is killed.
 */
final class RegistryParent {
  private RegistryParent() {}

  public static void main(String[] arguments) throws InterruptedException {
    EmbeddedRegistry registry = EmbeddedRegistry.start(Path.of(arguments[0]), 0);
    System.out.println("child " + registry.pid());
    Thread.currentThread().join();
  }
}
