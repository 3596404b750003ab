package dev.dorado.rules.route;

/** A text that counts how often it is looked into. */
final class CountedText implements CharSequence {
  private final String text;
  private long read;

  CountedText(String text) {
    this.text = text;
  }

  long read() {
    return read;
  }

  @Override
  public int length() {
    return text.length();
  }

  @Override
  public char charAt(int index) {
    read++;
    return text.charAt(index);
  }

  @Override
  public CharSequence subSequence(int start, int end) {
    return text.subSequence(start, end);
  }

  @Override
  public String toString() {
    return text;
  }
}
