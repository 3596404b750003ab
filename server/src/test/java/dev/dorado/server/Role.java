package dev.dorado.server;

import io.javalin.config.JavalinConfig;
import java.util.List;
import java.util.function.Consumer;

/** A role of a test: its routes and checks are given. */
final class Role implements HttpRole {

  private final String name;
  private final List<Check> checks;
  private final Consumer<JavalinConfig> routes;
  private final Runnable closed;

  Role(String name, List<Check> checks, Consumer<JavalinConfig> routes, Runnable closed) {
    this.name = name;
    this.checks = checks;
    this.routes = routes;
    this.closed = closed;
  }

  static Role serving(Consumer<JavalinConfig> routes) {
    return new Role("test", List.of(), routes, () -> {});
  }

  static Role checking(Check... checks) {
    return new Role("test", List.of(checks), config -> {}, () -> {});
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public void configure(JavalinConfig config) {
    routes.accept(config);
  }

  @Override
  public List<Check> checks() {
    return checks;
  }

  @Override
  public void close() {
    closed.run();
  }
}
