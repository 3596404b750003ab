package dev.dorado.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.javalin.config.JavalinConfig;
import io.javalin.http.staticfiles.Location;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Properties;

/** The page and the chart library that it draws with, from the class path. */
final class WebFiles {

  private static final String ECHARTS = "echarts";
  private static final String POM =
      "/META-INF/maven/org.webjars.npm/" + ECHARTS + "/pom.properties";

  // Titles of pull requests are written by strangers, and the page holds a token.
  private static final String ONLY_OWN_SCRIPTS =
      "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:;"
          + " base-uri 'none'; form-action 'self'; frame-ancestors 'self'";

  private WebFiles() {}

  static void addTo(JavalinConfig config) {
    add(
        config,
        "/",
        "/web",
        Map.of(
            "Cache-Control",
            "no-cache",
            "Content-Security-Policy",
            ONLY_OWN_SCRIPTS,
            "Referrer-Policy",
            "same-origin"));
    add(
        config,
        "/webjars/" + ECHARTS,
        "/META-INF/resources/webjars/" + ECHARTS + "/" + version(),
        Map.of("Cache-Control", "public, max-age=86400"));
  }

  private static void add(
      JavalinConfig config, String path, String directory, Map<String, String> headers) {
    config.staticFiles.add(
        files -> {
          files.hostedPath = path;
          files.directory = directory;
          files.location = Location.CLASSPATH;
          files.headers = headers;
        });
  }

  /** The version of the library, so that the page need not name it. */
  private static String version() {
    try (var in = WebFiles.class.getResourceAsStream(POM)) {
      if (in == null) {
        throw new IllegalStateException("the webjar of echarts is not on the class path: " + POM);
      }
      var properties = new Properties();
      properties.load(new StringReader(new String(in.readAllBytes(), UTF_8)));
      return properties.getProperty("version");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
