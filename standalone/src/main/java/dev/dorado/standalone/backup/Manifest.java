package dev.dorado.standalone.backup;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * What is in a backup, as its last entry {@value #ENTRY} states it. Immutable.
 *
 * @param format version of the layout of the file
 * @param program version of the program that wrote it
 * @param takenAt the moment of the backup: what was answered before is in it
 * @param partitions partitions of every topic
 * @param ruleSettings the settings of the rules under which facts were computed, as JSON; of a key
 *     only its hash
 * @param topics what is in it of each topic, by name
 * @param schemas texts of the schemas of the records, by topic and id; an id that the registry did
 *     not know has none
 * @param files names of files of the data folder
 * @param checksums SHA-256 of each entry but the manifest, by name
 */
@JsonIgnoreProperties(ignoreUnknown = true)
record Manifest(
    int format,
    String program,
    Instant takenAt,
    int partitions,
    String ruleSettings,
    Map<String, Content> topics,
    Map<String, Map<Integer, String>> schemas,
    List<String> files,
    Map<String, String> checksums) {

  /** The layout that this program writes and reads. */
  static final int FORMAT = 1;

  /** Name of the entry with the manifest. */
  static final String ENTRY = "manifest.json";

  /** Names of the entries with files of the data folder begin with this. */
  static final String FILES = "files/";

  /** Names of the entries with the records of a topic begin with this. */
  static final String TOPICS = "topics/";

  /**
   * What is in a backup of a topic.
   *
   * @param records how many records
   * @param unreadable how many of them no schema of the registry reads
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  record Content(long records, long unreadable) {}
}
