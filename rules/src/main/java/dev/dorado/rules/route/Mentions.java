package dev.dorado.rules.route;

import java.util.ArrayList;
import java.util.List;

/**
 * Scans a text for what may name an incident: numbers as {@code #12} or {@code owner/name#12},
 * tickets as {@code INC-12}, and web addresses. Written by hand, because searching for all matches
 * of a pattern can take quadratic time: this reads each character a fixed number of times.
 */
final class Mentions {

  private final CharSequence text;
  private final int length;
  private final List<String> found = new ArrayList<>();

  /** Up to here, the current word is known not to begin {@code owner/name#12}. */
  private int ordinaryUntil;

  private Mentions(CharSequence text) {
    this.text = text;
    this.length = text.length();
  }

  /** All mentions in {@code text}, in order; they do not overlap. */
  static List<String> in(CharSequence text) {
    return new Mentions(text).scan();
  }

  private List<String> scan() {
    int at = 0;
    while (at < length) {
      int end = endAt(at);
      if (end > at) {
        found.add(text.subSequence(at, end).toString());
        at = end;
      } else {
        at++;
      }
    }
    return found;
  }

  /** End of the mention that begins at {@code at}; {@code at} if none does. */
  private int endAt(int at) {
    int end = endOfNumber(at);
    if (end == at && at >= ordinaryUntil) {
      end = endOfQualifiedNumber(at);
    }
    if (end == at) {
      end = endOfTicket(at);
    }
    return end == at ? endOfAddress(at) : end;
  }

  /** {@code #12}. */
  private int endOfNumber(int at) {
    if (!has(at, '#')) {
      return at;
    }
    int end = endOfDigits(at + 1);
    return end == at + 1 ? at : end;
  }

  /** {@code owner/name#12}. */
  private int endOfQualifiedNumber(int at) {
    int slash = endOfName(at);
    ordinaryUntil = slash;
    if (slash == at || !has(slash, '/')) {
      return at;
    }
    int hash = endOfName(slash + 1);
    int end = hash == slash + 1 ? hash : endOfNumber(hash);
    return end == hash ? at : end;
  }

  /** {@code INC-12}, with no letter or digit around it. */
  private int endOfTicket(int at) {
    if (!isLetter(text.charAt(at)) || (at > 0 && isWord(text.charAt(at - 1)))) {
      return at;
    }
    int dash = at + 1;
    while (dash < length && (isLetter(text.charAt(dash)) || isDigit(text.charAt(dash)))) {
      dash++;
    }
    if (dash == at + 1 || !has(dash, '-')) {
      return at;
    }
    int end = endOfDigits(dash + 1);
    boolean whole = end > dash + 1 && (end == length || !isWord(text.charAt(end)));
    return whole ? end : at;
  }

  /** An address, without the punctuation after it. */
  private int endOfAddress(int at) {
    int begin = startsWith(at, "https://") ? at + 8 : startsWith(at, "http://") ? at + 7 : length;
    int end = begin;
    while (end < length && " \t\n\u000b\f\r)>]".indexOf(text.charAt(end)) < 0) {
      end++;
    }
    while (end > begin && ".,;:!?".indexOf(text.charAt(end - 1)) >= 0) {
      end--;
    }
    return end > begin ? end : at;
  }

  private int endOfName(int at) {
    int end = at;
    while (end < length && isOfName(text.charAt(end))) {
      end++;
    }
    return end;
  }

  private int endOfDigits(int at) {
    int end = at;
    while (end < length && isDigit(text.charAt(end))) {
      end++;
    }
    return end;
  }

  private boolean startsWith(int at, String beginning) {
    if (length - at < beginning.length()) {
      return false;
    }
    for (int i = 0; i < beginning.length(); i++) {
      if (text.charAt(at + i) != beginning.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private boolean has(int at, char c) {
    return at < length && text.charAt(at) == c;
  }

  private static boolean isOfName(char c) {
    return isLetter(c) || isDigit(c) || c == '_' || c == '.' || c == '-';
  }

  private static boolean isWord(char c) {
    return c == '_' || Character.isLetterOrDigit(c);
  }

  private static boolean isLetter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}
