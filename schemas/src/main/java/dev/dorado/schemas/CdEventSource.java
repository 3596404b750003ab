package dev.dorado.schemas;

import java.net.URI;
import java.util.Optional;

/**
 * The source of the CDEvents that Dorado publishes. Ingest knows them by it, so that what comes
 * back is not counted twice.
 */
public final class CdEventSource {

  private static final String PATH = "/dorado/cdevents";

  private CdEventSource() {}

  /**
   * The source that an installation states.
   *
   * @param page address of its page, which tells installations apart; empty if unknown
   */
  public static String of(Optional<URI> page) {
    return page.map(address -> address.toString().replaceFirst("/+$", "")).orElse("") + PATH;
  }

  /** Whether {@code source} is that of a Dorado, this one or another. */
  public static boolean isOfDorado(String source) {
    return source.endsWith(PATH);
  }
}
