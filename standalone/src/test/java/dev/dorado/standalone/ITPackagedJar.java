package dev.dorado.standalone;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.Location;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Test;

/** Other tests run with the libraries of tests; this one looks at those that are packaged. */
class ITPackagedJar {

  private static final Path JAR = Path.of("target/dorado-standalone.jar").toAbsolutePath();

  /** The embedded parts have extensions for tests, whose libraries only tests have. */
  private static final List<String> OF_TESTS =
      List.of("org.junit.", "org.testcontainers.", "com.github.dockerjava.");

  @Test
  void everyClassThatDoradoUsesIsInTheJarsThatAreStarted() throws Exception {
    List<URL> classPath = new ArrayList<>(List.of(JAR.toUri().toURL()));
    List<Path> ownJars = new ArrayList<>(List.of(JAR));
    try (var jar = new JarFile(JAR.toFile())) {
      String entries = jar.getManifest().getMainAttributes().getValue(Attributes.Name.CLASS_PATH);
      for (String entry : entries.split(" ")) {
        URL url = JAR.toUri().resolve(entry).toURL();
        classPath.add(url);
        Path path = Path.of(url.toURI());
        if (path.getFileName().toString().startsWith("dorado-")) {
          ownJars.add(path);
        }
      }
    }
    assertThat(ownJars).hasSizeGreaterThan(5).allMatch(Files::exists);

    Set<String> missing = new TreeSet<>();
    try (var loader =
        new URLClassLoader(classPath.toArray(new URL[0]), ClassLoader.getPlatformClassLoader())) {
      List<Location> locations = new ArrayList<>();
      for (Path jar : ownJars) {
        locations.add(Location.of(new JarFile(jar.toFile())));
      }
      var all = new ClassFileImporter().importLocations(locations);
      assertThat(all.size()).isGreaterThan(500);
      for (JavaClass used : all.that(resideInAPackage("dev.dorado.."))) {
        used.getDirectDependenciesFromSelf()
            .forEach(
                dependency -> {
                  String name = dependency.getTargetClass().getBaseComponentType().getName();
                  if (OF_TESTS.stream().noneMatch(name::startsWith) && !isLoaded(loader, name)) {
                    missing.add(name + ", used by " + used.getName());
                  }
                });
      }
    }
    assertThat(missing).isEmpty();
  }

  private static boolean isLoaded(ClassLoader loader, String name) {
    try {
      Class.forName(name, false, loader);
      return true;
    } catch (ClassNotFoundException | LinkageError e) {
      return name.indexOf('.') < 0;
    }
  }
}
