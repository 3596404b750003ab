package dev.dorado.standalone;

import com.typesafe.config.Config;
import dev.dorado.schemas.Connections;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;

/** The Dorado that runs on a data folder, as commands find it. */
final class InstalledDorado {

  private InstalledDorado() {}

  static Config config(Path data) {
    return Installation.find(data, new Narration(new PrintWriter(new StringWriter())));
  }

  static Connections connections(Path data) {
    return Connections.from(config(data));
  }

  static Admin admin(Path data) {
    return Admin.create(Map.of("bootstrap.servers", connections(data).bootstrapServers()));
  }

  /** The first column of the rows that ClickHouse answers. */
  static List<String> texts(Path data, String sql) throws SQLException {
    List<String> texts = new ArrayList<>();
    try (var connection = connections(data).clickHouse();
        var statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        texts.add(rows.getString(1));
      }
    }
    return texts;
  }
}
