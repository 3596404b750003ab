package dev.dorado.api;

/** Who may ask a question. Each endpoint states it, so that a new one can't be open by mistake. */
enum Audience {
  /** Whoever may read. Who is restricted to teams gets what is of their services alone. */
  READERS,
  /**
   * Whoever may read and is not restricted to teams: the answer compares services, or names them in
   * texts.
   */
  ORGANISATION,
  /** Administrators. */
  ADMINISTRATORS
}
