package dev.dorado.ingest.senders;

import com.google.re2j.Pattern;
import dev.dorado.ingest.delivery.Fields;
import java.util.Arrays;
import java.util.Optional;

/** Whether a pull request is a draft (rule L2), by the sender's flag or the prefix of its title. */
final class Drafts {

  private static final Pattern TITLE =
      Pattern.compile("(?i)^\\s*(?:\\[(?:draft|wip)\\]|\\(draft\\)|(?:draft|wip)\\s*:)");

  private Drafts() {}

  /**
   * By the first flag that the payload has.
   *
   * @return null if it has none of them
   */
  static Boolean byFlag(Fields pullRequest, String... flags) {
    return Arrays.stream(flags)
        .flatMap(flag -> pullRequest.maybeFlag(flag).stream())
        .findFirst()
        .orElse(null);
  }

  /**
   * By the first flag that the payload has, else by its title: on GitLab and Gitea the prefix of
   * the title is what makes it a draft.
   *
   * @return null if it has neither a flag nor a title
   */
  static Boolean byFlagOrTitle(Fields pullRequest, String... flags) {
    Boolean flag = byFlag(pullRequest, flags);
    return flag != null
        ? flag
        : pullRequest.maybeLongText("title").map(Drafts::isTitleOfDraft).orElse(null);
  }

  /** Whether a change of a value, as GitLab reports it, made a draft ready. */
  static boolean isReadyBy(Optional<Fields> changeOfFlag, Optional<Fields> changeOfTitle) {
    boolean byFlag =
        changeOfFlag
            .flatMap(change -> change.maybeFlag("current"))
            .filter(draft -> !draft)
            .isPresent();
    boolean wasDraft =
        changeOfTitle.filter(change -> isTitleOfDraft(change, "previous")).isPresent();
    boolean isDraft = changeOfTitle.filter(change -> isTitleOfDraft(change, "current")).isPresent();
    return byFlag || (wasDraft && !isDraft);
  }

  private static boolean isTitleOfDraft(Fields change, String name) {
    return change.maybeLongText(name).filter(Drafts::isTitleOfDraft).isPresent();
  }

  private static boolean isTitleOfDraft(String title) {
    return TITLE.matcher(title).find();
  }
}
