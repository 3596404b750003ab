package dev.dorado.ingest.catalog;

import java.nio.file.FileSystems;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.List;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Stream;

/** Which files of a repository or folder are catalog files. Immutable. */
final class CatalogPaths {

  private final List<PathMatcher> matchers;

  /**
   * @param globs globs of paths; one that begins with two stars and a slash holds at the top too
   */
  CatalogPaths(List<String> globs) {
    this.matchers =
        globs.stream()
            .flatMap(
                glob ->
                    glob.startsWith("**/") ? Stream.of(glob, glob.substring(3)) : Stream.of(glob))
            .map(CatalogPaths::matcher)
            .toList();
  }

  /** Whether a path, relative to the top, is one of them. */
  boolean matches(String path) {
    try {
      Path relative = Path.of(path);
      return matchers.stream().anyMatch(matcher -> matcher.matches(relative));
    } catch (InvalidPathException e) {
      // A name that this system does not know can't be asked for.
      return false;
    }
  }

  private static PathMatcher matcher(String glob) {
    try {
      return FileSystems.getDefault().getPathMatcher("glob:" + glob);
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(
          "dorado.ingest.catalog.git.path has '%s': expected a glob, as **/catalog-info.yaml (%s)"
              .formatted(glob, e.getMessage()),
          e);
    }
  }
}
