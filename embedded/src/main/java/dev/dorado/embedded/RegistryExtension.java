package dev.dorado.embedded;

import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/**
 * A schema registry for a test class, as {@code @RegisterExtension static final RegistryExtension
 * registry = new RegistryExtension();}. All classes of a test run share one, started by the first,
 * while other parts start too, and closed at the end of the run: tests use subjects of their own.
 */
public final class RegistryExtension implements BeforeAllCallback {
  private static final Namespace NAMESPACE = Namespace.create(RegistryExtension.class);

  private volatile Starting<Shared> shared;

  @Override
  @SuppressWarnings("unchecked")
  public void beforeAll(ExtensionContext context) {
    shared =
        context
            .getRoot()
            .getStore(NAMESPACE)
            .getOrComputeIfAbsent(
                Shared.class, key -> Starting.of("registry", Shared::start), Starting.class);
  }

  /** The base of Confluent's API, without a slash at its end. */
  public String url() {
    if (shared == null) {
      throw new IllegalStateException(
          "The registry is not started: register the extension in a static field of the test class.");
    }
    return shared.get().registry().url();
  }

  private record Shared(EmbeddedRegistry registry, ScratchFolder folder) implements AutoCloseable {
    static Shared start() {
      ScratchFolder folder = ScratchFolder.create("registry");
      try {
        return new Shared(EmbeddedRegistry.start(folder.path(), 0), folder);
      } catch (RuntimeException e) {
        folder.close();
        throw e;
      }
    }

    @Override
    public void close() {
      registry.close();
      folder.close();
    }
  }
}
