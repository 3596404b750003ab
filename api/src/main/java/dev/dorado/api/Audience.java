package dev.dorado.api;

/** Who may ask a question. Each endpoint states it, so that a new one can't be open by mistake. */
enum Audience {
  /** Whoever may read. */
  READERS,
  /** Whoever may read, about what is of the whole organisation. */
  ORGANISATION,
  /** Administrators. */
  ADMINISTRATORS
}
