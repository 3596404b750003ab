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

  /**
   * What the panels and annotations ask the datasource {@code uid}, each with the panel's title or
   * the annotation's name.
   */
  List<Target> targets(String uid) {
    List<Target> targets = new ArrayList<>();
    for (JsonNode panel : panels()) {
      for (JsonNode target : panel.path("targets")) {
        targets.add(new Target(panel.path("title").asText(), target));
      }
    }
    for (JsonNode annotation : json.path("annotations").path("list")) {
      if (annotation.has("target")) {
        targets.add(new Target(annotation.path("name").asText(), annotation.path("target")));
      }
    }
    targets.removeIf(target -> !datasource(target.query()).equals(uid));
    return targets;
  }

  /** The uid of the datasource of a panel, query or variable: what its variable is set to. */
  String datasource(JsonNode user) {
    String uid = user.path("datasource").path("uid").asText();
    return variables().stream()
        .filter(variable -> uid.equals("${" + variable.path("name").asText() + "}"))
        .map(variable -> variable.path("current").path("value").asText())
        .findFirst()
        .orElse(uid);
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
