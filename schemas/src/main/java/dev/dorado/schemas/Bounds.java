package dev.dorado.schemas;

import static java.util.Objects.requireNonNull;

import dev.dorado.events.Commit;
import dev.dorado.events.PushEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;

/**
 * The bounds of every field of a canonical event: what ingest accepts, everything behind it can
 * carry. {@link #fit} refuses what names something and is beyond its bound, cuts texts that are
 * only shown or read for hints, and leaves out what an event can do without.
 *
 * @param earliest the earliest time of an event
 * @param latest the latest time of an event
 */
public record Bounds(Instant earliest, Instant latest) {

  /** No tool that sends events is older. */
  public static final Instant EARLIEST = Instant.parse("1990-01-01T00:00:00Z");

  /** Imported histories may be older than the tools, and undated commits are at this time. */
  public static final Instant EARLIEST_IMPORTED = Instant.EPOCH;

  /** Before this, what a catalog entry schedules must begin. */
  public static final Instant LATEST_SCHEDULED = Instant.parse("2100-01-01T00:00:00Z");

  /** Characters of a name or id. */
  public static final int NAME = 512;

  /** Characters of a ref or branch. */
  public static final int REF = 1024;

  /** Characters of a sender's delivery id. */
  public static final int DELIVERY_ID = 8192;

  /** Characters of an address, and of what may be one. */
  public static final int URL = 2048;

  /** Characters of the path of a file. */
  public static final int PATH = 4096;

  /** Characters of a title. */
  public static final int TITLE = 1000;

  /** Characters of a description or message. */
  public static final int TEXT = 16_384;

  /** Items of a list. */
  public static final int ITEMS = 1000;

  /** Paths of a commit; those of a larger one count as unknown. */
  public static final int FILES = 3000;

  /** Commits of a push or pull request; the newest are kept. */
  public static final int COMMITS = 10_000;

  /** Events of a delivery; the first are kept. */
  public static final int EVENTS = 10_000;

  /** Bytes of all texts of an event together, in UTF-8. */
  public static final int EVENT_BYTES = 8 * 1024 * 1024;

  /** A number may be so far from zero; one further away is a mistake or no number. */
  public static final double NUMBER = 1e15;

  private static final String MARK = "…";
  private static final int SHOWN = 100;

  /** What happens to a value beyond its bound. */
  private enum Beyond {
    REFUSE,
    CUT,
    LEAVE_OUT
  }

  private record Bound(int length, Beyond beyond, int items) {}

  private static final Bound OF_NAME = new Bound(NAME, Beyond.REFUSE, ITEMS);
  private static final Bound OF_ITEM = new Bound(NAME, Beyond.LEAVE_OUT, ITEMS);

  /** By field, or by record and field. Others are names. */
  private static final Map<String, Bound> BY_FIELD =
      Map.ofEntries(
          Map.entry("delivery", new Bound(DELIVERY_ID, Beyond.REFUSE, 0)),
          Map.entry("title", new Bound(TITLE, Beyond.CUT, 0)),
          Map.entry("description", new Bound(TEXT, Beyond.CUT, 0)),
          Map.entry("message", new Bound(TEXT, Beyond.CUT, 0)),
          Map.entry("reason", new Bound(TEXT, Beyond.CUT, 0)),
          Map.entry("url", new Bound(URL, Beyond.LEAVE_OUT, 0)),
          Map.entry("ref", new Bound(REF, Beyond.REFUSE, 0)),
          Map.entry("branch", new Bound(REF, Beyond.REFUSE, 0)),
          Map.entry("head_branch", new Bound(REF, Beyond.REFUSE, 0)),
          Map.entry("base_branch", new Bound(REF, Beyond.REFUSE, 0)),
          Map.entry("default_branch", new Bound(REF, Beyond.REFUSE, 0)),
          Map.entry("artifact", new Bound(URL, Beyond.REFUSE, 0)),
          Map.entry("incident", new Bound(URL, Beyond.REFUSE, 0)),
          Map.entry("caused_by", new Bound(URL, Beyond.LEAVE_OUT, ITEMS)),
          Map.entry("names", new Bound(URL, Beyond.LEAVE_OUT, ITEMS)),
          Map.entry("marks", new Bound(TITLE, Beyond.CUT, ITEMS)),
          Map.entry("labels", OF_ITEM),
          Map.entry("aliases", OF_ITEM),
          Map.entry("resolution_reasons", OF_ITEM),
          Map.entry("parents", OF_ITEM),
          Map.entry("files", new Bound(PATH, Beyond.LEAVE_OUT, FILES)),
          Map.entry("commits", new Bound(NAME, Beyond.LEAVE_OUT, COMMITS)));

  public Bounds {
    requireNonNull(earliest);
    requireNonNull(latest);
  }

  /**
   * A value beyond its bound.
   *
   * @param field path of the field in the event, as {@code commits[2].sha}
   * @param value the value, shortened
   * @param expected what would have been accepted
   */
  public record Excess(String field, String value, String expected) {}

  /**
   * What became of an event.
   *
   * @param refused why the event can't be carried; empty if it can
   * @param adapted what was cut or left out of it
   */
  public record Fitted(Optional<Excess> refused, List<Excess> adapted) {}

  /** Brings {@code event}, which is changed in place, within the bounds; its id stays. */
  public Fitted fit(SpecificRecord event) {
    var fitting = new Fitting();
    try {
      fitting.record(event, "");
      if (event instanceof PushEvent push) {
        fitting.commitTimes(push);
      }
      fitting.requireSize();
    } catch (Refused e) {
      return new Fitted(Optional.of(e.excess), List.copyOf(fitting.adapted));
    }
    return new Fitted(Optional.empty(), List.copyOf(fitting.adapted));
  }

  private static final class Refused extends Exception {
    private static final long serialVersionUID = 1L;
    private final transient Excess excess;

    Refused(Excess excess) {
      super(excess.field(), null, false, false);
      this.excess = excess;
    }
  }

  private final class Fitting {
    private final List<Excess> adapted = new ArrayList<>();
    private long bytes;

    void record(SpecificRecord record, String path) throws Refused {
      for (var field : record.getSchema().getFields()) {
        Object value = record.get(field.pos());
        if (value != null) {
          Object fitted = value(record, field, value, path + field.name());
          if (fitted != value) {
            record.put(field.pos(), fitted);
          }
        }
      }
    }

    private Object value(SpecificRecord record, Schema.Field field, Object value, String path)
        throws Refused {
      Bound bound = BY_FIELD.getOrDefault(field.name(), OF_NAME);
      if (value instanceof CharSequence text) {
        return text(text.toString(), bound, path);
      } else if (value instanceof Instant time) {
        // Of commits, which keep their place in the push, the times are replaced.
        return record instanceof Commit ? time : time(time, field.name(), path);
      } else if (value instanceof Double number) {
        requireNumber(number, path);
      } else if (value instanceof List<?> list) {
        return list(list, bound, isNullable(field), path);
      } else if (value instanceof Map<?, ?> map) {
        map(map, path);
      } else if (value instanceof SpecificRecord inner) {
        record(inner, path + ".");
      }
      return value;
    }

    /** A text within its bound; null if it is left out. */
    private String text(String text, Bound bound, String path) throws Refused {
      if (bound.beyond() == Beyond.CUT) {
        String whole = text.length() <= bound.length() ? text : cut(text, bound.length());
        if (whole.length() < text.length()) {
          adapted.add(tooLong(path, text, bound.length()));
        }
        String clean = withoutLoneSurrogates(whole);
        bytes += size(clean);
        return clean;
      }
      Excess excess =
          text.length() > bound.length()
              ? tooLong(path, text, bound.length())
              : isPlain(text)
                  ? null
                  : new Excess(path, shown(text), "a text without control characters");
      if (excess == null) {
        bytes += size(text);
        return text;
      }
      if (bound.beyond() == Beyond.REFUSE) {
        throw new Refused(excess);
      }
      adapted.add(excess);
      return null;
    }

    private Instant time(Instant time, String name, String path) throws Refused {
      Instant last = isScheduled(name) ? LATEST_SCHEDULED : latest;
      if (time.isBefore(earliest) || time.isAfter(last)) {
        throw new Refused(
            new Excess(path, time.toString(), "a time from %s to %s".formatted(earliest, last)));
      }
      return time;
    }

    private void requireNumber(double number, String path) throws Refused {
      // NaN is neither.
      if (!(Math.abs(number) <= NUMBER)) {
        throw new Refused(
            new Excess(
                path,
                Double.toString(number),
                "a number from %1$.0e to %2$.0e".formatted(-NUMBER, NUMBER)));
      }
    }

    private Object list(List<?> list, Bound bound, boolean nullable, String path) throws Refused {
      boolean isOfCommits = bound.items() == COMMITS;
      List<?> some = list;
      if (list.size() > bound.items()) {
        Excess excess =
            new Excess(
                path,
                "%,d items".formatted(list.size()),
                "at most %,d items".formatted(bound.items()));
        if (bound.beyond() == Beyond.REFUSE) {
          throw new Refused(excess);
        }
        adapted.add(excess);
        if (nullable && bound.items() == FILES) {
          return null;
        }
        some =
            isOfCommits
                ? list.subList(list.size() - bound.items(), list.size())
                : list.subList(0, bound.items());
      }
      List<Object> fitted = new ArrayList<>(some.size());
      boolean same = some == list;
      for (int i = 0; i < some.size(); i++) {
        Object item = some.get(i);
        String itemPath = "%s[%d]".formatted(path, i);
        if (item instanceof SpecificRecord record) {
          record(record, itemPath + ".");
        } else if (item instanceof CharSequence text) {
          item = text(text.toString(), bound, itemPath);
        }
        same &= item == some.get(i);
        if (item != null) {
          fitted.add(item);
        }
      }
      return same ? list : fitted;
    }

    private void map(Map<?, ?> map, String path) throws Refused {
      if (map.size() > ITEMS) {
        throw new Refused(
            new Excess(path, map.size() + " entries", "at most %,d entries".formatted(ITEMS)));
      }
      for (var entry : map.entrySet()) {
        String inner = "%s['%s']".formatted(path, shown(entry.getKey().toString()));
        text(entry.getKey().toString(), OF_NAME, inner);
        text(entry.getValue().toString(), OF_NAME, inner);
      }
    }

    /** A commit keeps its place; a time that can't be is replaced, the better one first. */
    void commitTimes(PushEvent push) {
      for (int i = 0; i < push.getCommits().size(); i++) {
        Commit commit = push.getCommits().get(i);
        Instant authored = commit.getAuthoredAt();
        Instant committed = commit.getCommittedAt();
        if (isTime(authored) && isTime(committed)) {
          continue;
        }
        Instant wrong = isTime(committed) ? authored : committed;
        adapted.add(
            new Excess(
                "commits[%d].%s".formatted(i, isTime(committed) ? "authored_at" : "committed_at"),
                wrong.toString(),
                "a time from %s to %s".formatted(earliest, latest)));
        if (committed != null && isTime(committed)) {
          commit.setAuthoredAt(committed);
        } else {
          commit.setAuthoredAt(push.getOccurredAt());
          commit.setCommittedAt(push.getOccurredAt());
          commit.setTimeFrom("push");
        }
      }
    }

    private boolean isTime(Instant time) {
      return time == null || !(time.isBefore(earliest) || time.isAfter(latest));
    }

    void requireSize() throws Refused {
      if (bytes > EVENT_BYTES) {
        throw new Refused(
            new Excess(
                "the event",
                "%,d bytes of text".formatted(bytes),
                "at most %,d bytes of text".formatted(EVENT_BYTES)));
      }
    }
  }

  /**
   * {@code text}, cut to {@code length} characters of which the last is a mark, if it is longer. No
   * character is halved.
   */
  public static String cut(String text, int length) {
    if (text.length() <= length) {
      return text;
    }
    int end = length - MARK.length();
    return text.substring(0, Character.isHighSurrogate(text.charAt(end - 1)) ? end - 1 : end)
        + MARK;
  }

  /** Whether a field of that name is a time that people may set in advance. */
  static boolean isScheduled(String field) {
    return field.equals("valid_from") || field.equals("since") || field.equals("golden_path_since");
  }

  private static boolean isNullable(Schema.Field field) {
    return field.schema().isNullable();
  }

  private static Excess tooLong(String path, String text, int length) {
    return new Excess(
        path,
        "%,d characters: %s".formatted(text.length(), shown(text)),
        "at most %,d characters".formatted(length));
  }

  private static String shown(String text) {
    return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + MARK;
  }

  private static boolean isPlain(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isISOControl(text.charAt(i)) || isLoneSurrogate(text, i)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isLoneSurrogate(String text, int at) {
    char c = text.charAt(at);
    if (Character.isHighSurrogate(c)) {
      return at + 1 == text.length() || !Character.isLowSurrogate(text.charAt(at + 1));
    }
    return Character.isLowSurrogate(c)
        && (at == 0 || !Character.isHighSurrogate(text.charAt(at - 1)));
  }

  private static String withoutLoneSurrogates(String text) {
    StringBuilder clean = null;
    for (int i = 0; i < text.length(); i++) {
      if (isLoneSurrogate(text, i)) {
        clean = clean == null ? new StringBuilder(text) : clean;
        clean.setCharAt(i, '\ufffd');
      }
    }
    return clean == null ? text : clean.toString();
  }

  private static long size(String text) {
    long bytes = text.length();
    for (int i = 0; i < text.length(); i++) {
      bytes += text.charAt(i) >= 0x800 ? 2 : text.charAt(i) >= 0x80 ? 1 : 0;
    }
    return bytes;
  }
}
