package dev.dorado.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RevisionRetentionTest {

  @Test
  void itIsASettingOfAtLeastADay() {
    assertThat(RevisionRetention.from(ConfigFactory.load()).duration())
        .isEqualTo(Duration.ofDays(400));
    var tooShort = ConfigFactory.parseMap(Map.of("dorado.revisions.retention", "23h"));
    assertThatThrownBy(() -> RevisionRetention.from(tooShort))
        .hasMessage("dorado.revisions.retention is PT23H: expected 1d or more");
  }
}
