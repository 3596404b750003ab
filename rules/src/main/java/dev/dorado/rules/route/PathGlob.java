package dev.dorado.rules.route;

import com.google.re2j.Pattern;

/**
 * A path that a service owns (rule S7): a folder or file, or a glob in which {@code *} and {@code
 * ?} stand for what is between slashes, {@code **} for anything, and {@code {a,b}} for one of
 * several. Matching takes time in proportion to the length of the file's name. Whatever a catalog
 * says is a path: what is no glob is taken by its letters. Immutable.
 */
public final class PathGlob {

  private final String plain;
  private final Pattern pattern;

  /** The glob that {@code path} is. */
  public PathGlob(String path) {
    plain = path.replaceFirst("^\\.?/", "");
    boolean everything = plain.isEmpty() || plain.equals(".") || plain.equals("**");
    boolean glob =
        plain.contains("*")
            || plain.contains("?")
            || (plain.contains("{") && hasAlternatives(plain));
    pattern = everything ? Pattern.compile(".*") : glob ? Pattern.compile(regex(plain)) : null;
  }

  /** Whether a file of the repository is under it. */
  public boolean matches(String file) {
    if (pattern != null) {
      return pattern.matcher(file).matches();
    }
    String folder = plain.endsWith("/") ? plain : plain + "/";
    return file.equals(plain) || file.startsWith(folder);
  }

  /** Whether its braces, if it has any, are closed and not nested. */
  private static boolean hasAlternatives(String glob) {
    return glob.matches("[^{}]*(?:\\{[^{}]*\\}[^{}]*)*");
  }

  private static String regex(String glob) {
    boolean alternatives = hasAlternatives(glob);
    var regex = new StringBuilder("(?s)");
    boolean inside = false;
    for (int i = 0; i < glob.length(); i++) {
      char c = glob.charAt(i);
      if (glob.startsWith("**/", i)) {
        regex.append(glob.startsWith("**/**/", i) ? "" : "(?:.*/)?");
        i += 2;
      } else if (glob.startsWith("**", i)) {
        regex.append(glob.startsWith("****", i) ? "" : ".*");
        i++;
      } else if (c == '*') {
        regex.append("[^/]*");
      } else if (c == '?') {
        regex.append("[^/]");
      } else if (alternatives && (c == '{' || c == '}')) {
        inside = c == '{';
        regex.append(inside ? "(?:" : ")");
      } else if (inside && c == ',') {
        regex.append('|');
      } else {
        regex.append(Pattern.quote(String.valueOf(c)));
      }
    }
    return regex.toString();
  }
}
