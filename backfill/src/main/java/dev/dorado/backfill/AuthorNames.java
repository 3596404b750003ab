package dev.dorado.backfill;

import com.google.re2j.Pattern;

/** Authors of commits, named as live senders name them: by login, else by e-mail address. */
final class AuthorNames {

  /** GitHub's addresses that hide another, and hold the login: {@code 1+ann@users.noreply...}. */
  private static final Pattern LOGIN_ADDRESS =
      Pattern.compile("(?:\\d+\\+)?([^@+]+)@users\\.noreply\\.github\\.com");

  private AuthorNames() {}

  /** The author's name, or null if nothing is known. */
  static String of(String address, String name) {
    String stripped = address == null ? "" : address.strip();
    var login = LOGIN_ADDRESS.matcher(stripped);
    if (login.matches()) {
      return login.group(1);
    }
    String known = stripped.isEmpty() && name != null ? name.strip() : stripped;
    return known.isEmpty() ? null : known;
  }
}
