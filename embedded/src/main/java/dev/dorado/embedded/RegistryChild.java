package dev.dorado.embedded;

import java.io.IOException;
import java.io.InputStream;

/**
 * What runs in the registry's own process: the registry, and a watch over the pipe from the parent.
 * The system closes the pipe when the parent ends, however it ends, {@code kill -9} included, and
 * this process ends with it.
 *
 * <p>Only this class is copied into the child's class path: it must not use any other of this
 * project, nor have nested ones.
 */
final class RegistryChild {
  private static final int SECONDS_TO_STOP = 5;

  private RegistryChild() {}

  /** The one argument is the registry's main class. */
  public static void main(String[] arguments) throws ReflectiveOperationException {
    InputStream fromParent = System.in;
    Thread watch = new Thread(() -> endWithParent(fromParent), "parent-watch");
    watch.setDaemon(true);
    watch.start();
    Class.forName(arguments[0])
        .getMethod("main", String[].class)
        .invoke(null, (Object) new String[0]);
  }

  private static void endWithParent(InputStream fromParent) {
    try {
      while (fromParent.read() >= 0) {
        // The parent says nothing; only the end matters.
      }
    } catch (IOException e) {
      System.err.println("The pipe from the parent broke, which means the same as its end: " + e);
    }
    Thread impatience = new Thread(RegistryChild::haltSoon, "parent-watch-impatience");
    impatience.setDaemon(true);
    impatience.start();
    System.exit(0);
  }

  /** An orderly exit that hangs must not leave a process behind. */
  private static void haltSoon() {
    try {
      Thread.sleep(SECONDS_TO_STOP * 1000L);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Runtime.getRuntime().halt(1);
  }
}
