package dev.dorado.schemas;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Adds the present schemas to the released ones, each whose newest version is another. Part of
 * making a release, not of the tests: it runs only by its name, {@code mvn -f schemas/pom.xml test
 * -Dtest=ReleaseSchemas}, and what it writes is committed.
 */
class ReleaseSchemas {

  @Test
  void release() throws IOException {
    List<String> released = new ArrayList<>();
    for (var topic : Topics.all()) {
      if (ReleasedSchemas.here().release(topic)) {
        released.add(topic.subject());
      }
    }
    System.out.println("new versions of: " + released);
  }
}
