package dev.dorado.standalone.dashboards;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dorado.server.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A dashboard of the folder {@code dashboards/}, as its JSON file says it. */
record Dashboard(String file, JsonNode json) {

  static final Path FOLDER = Path.of("..", "dashboards", "grafana", "dashboards");

  /** The datasource by which a panel takes the answer of another one. */
  static final String OTHER_PANEL = "-- Dashboard --";

  static final String API = "dorado-api";
  static final String PROMETHEUS = "dorado-prometheus";

  static List<Dashboard> all() {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files.sorted().map(Dashboard::read).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Dashboard named(String file) {
    return read(FOLDER.resolve(file));
  }

  String uid() {
    return json.path("uid").asText();
  }

  List<JsonNode> panels() {
    return list(json.path("panels"));
  }

  Optional<JsonNode> panel(int id) {
    return panels().stream().filter(panel -> panel.path("id").asInt() == id).findFirst();
  }

  List<JsonNode> variables() {
    return list(json.path("templating").path("list"));
  }

  /** What the panels ask the datasource {@code uid}, each with its panel's title. */
  List<Target> targets(String uid) {
    List<Target> targets = new ArrayList<>();
    for (JsonNode panel : panels()) {
      for (JsonNode target : panel.path("targets")) {
        if (target.path("datasource").path("uid").asText().equals(uid)) {
          targets.add(new Target(panel.path("title").asText(), target));
        }
      }
    }
    return targets;
  }

  static List<JsonNode> list(JsonNode array) {
    List<JsonNode> list = new ArrayList<>();
    array.forEach(list::add);
    return list;
  }

  private static Dashboard read(Path file) {
    try {
      return new Dashboard(file.getFileName().toString(), Json.MAPPER.readTree(file.toFile()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String toString() {
    return file;
  }

  /** A query of a panel. */
  record Target(String panel, JsonNode query) {

    @Override
    public String toString() {
      return panel + " " + query.path("refId").asText();
    }
  }
}
