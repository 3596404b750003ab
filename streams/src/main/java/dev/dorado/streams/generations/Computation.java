package dev.dorado.streams.generations;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigResolveOptions;
import com.typesafe.config.ConfigValueFactory;
import dev.dorado.rules.RuleSettings;
import dev.dorado.schemas.Generation;
import dev.dorado.steps.StepRecord;
import dev.dorado.streams.FactsTopology;
import dev.dorado.streams.steps.StepSettings;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.TopologyDescription;

/**
 * What makes facts of events: the settings of the rules, and the program. Facts of one generation
 * come of one computation alone. Immutable.
 *
 * @param settings the settings of the rules as JSON; of a key only its hash, since they are kept in
 *     a table that many read
 * @param code stands for the program: the same where it makes the same facts of the same events and
 *     reads what it has left between its steps
 * @param rules version of its rules
 */
public record Computation(String settings, String code, int rules) {

  /**
   * The version of the rules. To be raised with every change of what the rules make of the same
   * events, and of what a step keeps in its stores: facts are computed anew then. A change of the
   * records between the steps, or of the steps themselves, is seen without it.
   */
  private static final int RULES = 4;

  private static final String PATH = "dorado.rules";
  private static final String HASHED = "sha256:";
  private static final int HASH_LENGTH = 16;

  public Computation {
    requireNonNull(settings);
    requireNonNull(code);
  }

  /** The computation by this program's rules. */
  public Computation(String settings, String code) {
    this(settings, code, RULES);
  }

  /** The computation by this program under {@code dorado.rules}, without a registry. */
  public static Computation of(Config config, SchemaRegistryClient registry) {
    String settings = hashed(config).getConfig(PATH).root().render(ConfigRenderOptions.concise());
    return new Computation(settings, code(registry));
  }

  /** Whether a generation is computed in this way. */
  public boolean isThatOf(Generation generation) {
    return code.equals(generation.code())
        && RuleSettings.from(complete(settings))
            .equals(RuleSettings.from(complete(generation.settings())));
  }

  /**
   * Whether this program can go on with a generation under the generation's own settings: it is the
   * one that computes it, and has its keys.
   */
  public boolean canCompute(Generation generation) {
    return code.equals(generation.code())
        && keys(complete(settings)).equals(keys(complete(generation.settings())));
  }

  /**
   * The settings of the rules under which a generation is computed.
   *
   * @param config has the keys, of which the generation has the hashes
   */
  public static RuleSettings rules(Generation generation, Config config) {
    Config rules = complete(generation.settings());
    for (String name : keys(config).keySet()) {
      rules = rules.withValue(PATH + "." + name, config.getValue(PATH + "." + name));
    }
    return RuleSettings.from(rules);
  }

  /** Whether a generation was computed by newer rules, which this program does not have. */
  public boolean isOlderThan(Generation generation) {
    return rules < generation.rules();
  }

  /** What differs from how a generation was computed, for people; empty if nothing does. */
  public List<String> differencesTo(Generation generation) {
    if (!generation.isKnown()) {
      return List.of("it is not known how it was computed");
    }
    Stream<String> program =
        code.equals(generation.code())
            ? Stream.of()
            : Stream.of("its program: %s, now %s".formatted(generation.code(), code));
    return Stream.concat(program, settingsThatDiffer(generation.settings()).stream()).toList();
  }

  /**
   * Which settings of the rules differ from those of another computation, for people.
   *
   * @param others its settings, as JSON
   */
  public List<String> settingsThatDiffer(String others) {
    Config its = complete(others).getConfig(PATH);
    Config mine = complete(settings).getConfig(PATH);
    Set<String> names = new TreeSet<>();
    Stream.of(its, mine)
        .forEach(settings -> settings.entrySet().forEach(entry -> names.add(entry.getKey())));
    return names.stream()
        .filter(name -> !its.getValue(name).equals(mine.getValue(name)))
        .map(name -> "%s: %s, now %s".formatted(name, text(its, name), text(mine, name)))
        .toList();
  }

  private static String text(Config config, String name) {
    return config.getValue(name).render(ConfigRenderOptions.concise()).replace("\"", "");
  }

  /**
   * With the defaults of this program for what is not in {@code settings}: a setting that is new
   * changes nothing while it has its default. The environment is left out: it is not that of the
   * generation.
   */
  private static Config complete(String settings) {
    return hashed(
        ConfigFactory.parseString(settings)
            .atPath(PATH)
            .withFallback(
                ConfigFactory.defaultReferenceUnresolved(Computation.class.getClassLoader()))
            .resolve(ConfigResolveOptions.noSystem())
            .withOnlyPath(PATH));
  }

  /** With the hash of each key in its place, where it is not there yet. */
  private static Config hashed(Config config) {
    Config hashed = config;
    for (var key : keys(config).entrySet()) {
      if (!key.getValue().startsWith(HASHED)) {
        String hash = HASHED + hash(PATH + "." + key.getKey() + "=" + key.getValue());
        hashed = hashed.withValue(PATH + "." + key.getKey(), ConfigValueFactory.fromAnyRef(hash));
      }
    }
    return hashed;
  }

  /** The settings that are keys, by name. */
  private static Map<String, String> keys(Config config) {
    Map<String, String> keys = new TreeMap<>();
    config
        .getObject(PATH)
        .forEach(
            (name, value) -> {
              if (name.endsWith("-key")) {
                keys.put(name, value.unwrapped().toString());
              }
            });
    return keys;
  }

  private static String code(SchemaRegistryClient registry) {
    var builder = new StreamsBuilder();
    // Neither the settings nor the counts are in the description; the names of the topics are.
    FactsTopology.build(
        builder,
        registry,
        RuleSettings.defaults(),
        1,
        new StepSettings(Duration.ofSeconds(1), 0, Long.MAX_VALUE));
    List<String> nodes = nodes(builder.build().describe());
    String program = RULES + "\n" + StepRecord.getClassSchema() + "\n" + String.join("\n", nodes);
    return hash(program);
  }

  private static String hash(String text) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
      return HexFormat.of().formatHex(digest).substring(0, HASH_LENGTH);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** A line of each node of the topology; its own text has its sets in any order. */
  private static List<String> nodes(TopologyDescription topology) {
    return topology.subtopologies().stream()
        .flatMap(part -> part.nodes().stream().map(node -> part.id() + " " + line(node)))
        .sorted()
        .toList();
  }

  private static String line(TopologyDescription.Node node) {
    Set<String> uses = new TreeSet<>();
    node.successors().forEach(successor -> uses.add("to " + successor.name()));
    if (node instanceof TopologyDescription.Source source) {
      source.topicSet().forEach(topic -> uses.add("reads " + topic));
    } else if (node instanceof TopologyDescription.Processor processor) {
      processor.stores().forEach(store -> uses.add("keeps " + store));
    } else if (node instanceof TopologyDescription.Sink sink) {
      uses.add("writes " + sink.topic());
    }
    return node.name() + " " + uses;
  }
}
