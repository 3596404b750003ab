package dev.dorado.backfill;

import static java.util.Objects.requireNonNull;

import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.PatternSyntaxException;

/**
 * What of a Git repository is imported. Patterns are globs: {@code *} stops at a slash, {@code **}
 * does not. Immutable.
 *
 * @param path the clone or bare repository
 * @param name its name, as owner/name, host/owner/name or URL; else that of its remote origin
 * @param defaultBranch name of the default branch; else what HEAD of origin, or HEAD, says
 * @param branches patterns of branches to import beside the default branch
 * @param releaseLines whether the lines are imported on which tags lie that are deployments
 * @param files whether the paths that each commit touches are read
 * @param tags patterns of tags that are deployments
 * @param deployedBranches patterns of branches whose every commit of the first-parent line is a
 *     deployment
 * @param service service that those deployments deploy; else the repository's
 * @param environment environment that they deploy to
 */
public record GitSettings(
    Path path,
    Optional<String> name,
    Optional<String> defaultBranch,
    List<String> branches,
    boolean releaseLines,
    boolean files,
    List<String> tags,
    List<String> deployedBranches,
    Optional<String> service,
    String environment) {

  public GitSettings {
    requireNonNull(path);
    requireNonNull(name);
    requireNonNull(defaultBranch);
    branches = List.copyOf(branches);
    tags = List.copyOf(tags);
    deployedBranches = List.copyOf(deployedBranches);
    requireNonNull(service);
    requireNonNull(environment);
  }

  /** The default branch of a repository, with file lists, nothing being a deployment. */
  public static GitSettings of(Path path) {
    return new GitSettings(
        path,
        Optional.empty(),
        Optional.empty(),
        List.of(),
        true,
        true,
        List.of(),
        List.of(),
        Optional.empty(),
        "production");
  }

  boolean isImportedBranch(String branch) {
    return matches(branches, branch) || isDeployedBranch(branch);
  }

  boolean isDeployedBranch(String branch) {
    return matches(deployedBranches, branch);
  }

  boolean isDeployedTag(String tag) {
    return matches(tags, tag);
  }

  private static boolean matches(List<String> patterns, String name) {
    return patterns.stream().anyMatch(pattern -> matches(pattern, name));
  }

  /** Whether a pattern names a branch or tag. */
  static boolean matches(String pattern, String name) {
    try {
      return FileSystems.getDefault().getPathMatcher("glob:" + pattern).matches(Path.of(name));
    } catch (PatternSyntaxException e) {
      throw new BackfillException(
          "the pattern '%s' can't be read (%s): expected a glob, as v* or release/*"
              .formatted(pattern, e.getDescription()),
          e);
    }
  }
}
