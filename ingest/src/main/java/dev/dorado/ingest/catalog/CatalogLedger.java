package dev.dorado.ingest.catalog;

import java.io.IOException;

/** What has been said of the catalog so far, by whom. Not thread-safe. */
interface CatalogLedger extends AutoCloseable {

  /**
   * The entries that a source has told of up to now, whichever process took them in.
   *
   * @param source name of the source
   * @throws IOException if that can't be known at the moment; the message is for people
   */
  KnownEntries of(String source) throws IOException;

  @Override
  void close();
}
