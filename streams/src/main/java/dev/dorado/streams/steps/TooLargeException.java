package dev.dorado.streams.steps;

/** The history of one key takes more memory than one history may have. */
final class TooLargeException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  final long limit;

  /**
   * @param limit how many bytes it may have
   */
  TooLargeException(long limit) {
    super("a history takes more than %,d bytes".formatted(limit));
    this.limit = limit;
  }
}
