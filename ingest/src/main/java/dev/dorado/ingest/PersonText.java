package dev.dorado.ingest;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Texts without a person: each of their identifiers (name, e-mail address, login) is replaced by a
 * stand-in of its own, in any case, where it stands as a word of its own. So whatever was one
 * author stays one, and two stay two. Immutable.
 */
final class PersonText {

  /** Shorter ones are parts of too many other texts. */
  static final int SHORTEST = 3;

  private final Map<String, String> standIns;

  private PersonText(Map<String, String> standIns) {
    this.standIns = standIns;
  }

  /**
   * Of a person with these identifiers.
   *
   * @param run a random text, so that nobody can compute which stand-in is whose
   * @throws IllegalArgumentException if there is none, or one is too short
   */
  static PersonText of(List<String> identifiers, String run) {
    if (identifiers.isEmpty()) {
      throw new IllegalArgumentException(
          "no identifier is given: expected names, e-mail addresses or logins of one person");
    }
    Map<String, String> standIns = new LinkedHashMap<>();
    // The longest first: an address may have a login in it.
    List<String> ordered =
        identifiers.stream()
            .map(String::strip)
            .distinct()
            .sorted((one, other) -> Integer.compare(other.length(), one.length()))
            .toList();
    for (String identifier : ordered) {
      if (identifier.length() < SHORTEST) {
        throw new IllegalArgumentException(
            "the identifier '%s' has %d characters: expected %d or more, since shorter ones are parts of other words"
                .formatted(identifier, identifier.length(), SHORTEST));
      }
      standIns.put(identifier, "erased-%s-%d".formatted(run, standIns.size() + 1));
    }
    return new PersonText(standIns);
  }

  /** Whether the person is named. */
  boolean isIn(String text) {
    return text != null
        && standIns.keySet().stream().anyMatch(identifier -> find(text, identifier, 0) >= 0);
  }

  /** The text without the person; the same object if they are not named. */
  String without(String text) {
    String result = text;
    for (var standIn : standIns.entrySet()) {
      result = replaced(result, standIn.getKey(), standIn.getValue());
    }
    return result;
  }

  private static String replaced(String text, String identifier, String standIn) {
    int at = text == null ? -1 : find(text, identifier, 0);
    if (at < 0) {
      return text;
    }
    var result = new StringBuilder(text.length());
    int done = 0;
    while (at >= 0) {
      result.append(text, done, at).append(standIn);
      done = at + identifier.length();
      at = find(text, identifier, done);
    }
    return result.append(text, done, text.length()).toString();
  }

  private static int find(String text, String identifier, int from) {
    int length = identifier.length();
    for (int at = from; at + length <= text.length(); at++) {
      if (text.regionMatches(true, at, identifier, 0, length)
          && !endsAWord(text, at)
          && !goesOn(text, at + length)) {
        return at;
      }
    }
    return -1;
  }

  /** Whether what is before {@code at} belongs to the word that begins there. */
  private static boolean endsAWord(String text, int at) {
    return at > 0 && (isOfAWord(text.charAt(at - 1)) || "+.".indexOf(text.charAt(at - 1)) >= 0);
  }

  /** Whether the word before {@code at} goes on: a login in an address is another identifier. */
  private static boolean goesOn(String text, int at) {
    if (at == text.length()) {
      return false;
    }
    char next = text.charAt(at);
    boolean isMiddleDot = next == '.' && at + 1 < text.length() && isOfAWord(text.charAt(at + 1));
    return isOfAWord(next) || next == '@' || next == '+' || isMiddleDot;
  }

  private static boolean isOfAWord(char character) {
    return Character.isLetterOrDigit(character) || character == '_' || character == '-';
  }
}
