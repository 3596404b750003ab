package dev.dorado.standalone.compose;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.Yaml;

/** The file {@code docker-compose.yml}, with its anchors and merges resolved. */
final class Compose {

  /** The repository's root, from the module's folder, in which tests run. */
  static final Path ROOT = Path.of("..");

  static final String IMAGE = "dorado:";

  private final Map<?, ?> document;

  private Compose(Map<?, ?> document) {
    this.document = document;
  }

  static Compose read() {
    return new Compose(yaml(ROOT.resolve("docker-compose.yml")));
  }

  /** A YAML file, as maps, lists, texts and numbers. */
  static Map<?, ?> yaml(Path file) {
    try (var reader = Files.newBufferedReader(file)) {
      return new Yaml().load(reader);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Map<String, Service> services() {
    Map<String, Service> services = new LinkedHashMap<>();
    map(document, "services")
        .forEach((name, service) -> services.put(name, new Service(name, (Map<?, ?>) service)));
    return services;
  }

  /** The services that run Dorado's own image, by name. */
  Map<String, Service> roles() {
    Map<String, Service> roles = services();
    roles.values().removeIf(service -> !service.text("image").startsWith(IMAGE));
    return roles;
  }

  /** The files of the secrets, by name. */
  Map<String, Path> secrets() {
    Map<String, Path> files = new LinkedHashMap<>();
    map(document, "secrets")
        .forEach(
            (name, secret) ->
                files.put(name, ROOT.resolve(String.valueOf(((Map<?, ?>) secret).get("file")))));
    return files;
  }

  private static Map<String, Object> map(Map<?, ?> of, String key) {
    Map<String, Object> map = new LinkedHashMap<>();
    if (of.get(key) instanceof Map<?, ?> inner) {
      inner.forEach((name, value) -> map.put(String.valueOf(name), value));
    }
    return map;
  }

  /** A service. */
  record Service(String name, Map<?, ?> settings) {

    String text(String key) {
      return settings.get(key) == null ? "" : String.valueOf(settings.get(key));
    }

    List<String> texts(String key) {
      return settings.get(key) instanceof List<?> list
          ? list.stream().map(String::valueOf).toList()
          : List.of();
    }

    Map<String, String> environment() {
      Map<String, String> environment = new LinkedHashMap<>();
      map(settings, "environment")
          .forEach((name, value) -> environment.put(name, String.valueOf(value)));
      return environment;
    }

    /** What it waits for, with the condition. */
    Map<String, String> dependencies() {
      Map<String, String> dependencies = new LinkedHashMap<>();
      map(settings, "depends_on")
          .forEach(
              (other, how) ->
                  dependencies.put(other, String.valueOf(((Map<?, ?>) how).get("condition"))));
      return dependencies;
    }

    /** The command of its health check, with blanks between the words; empty if there is none. */
    String healthCheck() {
      Object test = map(settings, "healthcheck").get("test");
      return test instanceof List<?> words
          ? String.join(" ", words.stream().map(String::valueOf).toList())
          : "";
    }

    @Override
    public String toString() {
      return name;
    }
  }
}
