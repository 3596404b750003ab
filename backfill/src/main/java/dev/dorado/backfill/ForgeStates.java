package dev.dorado.backfill;

/** Finds how far the import of a repository is. */
@FunctionalInterface
public interface ForgeStates {

  /**
   * The state of a repository.
   *
   * @param repository {@code host/owner/name}
   */
  BackfillState of(String repository);
}
