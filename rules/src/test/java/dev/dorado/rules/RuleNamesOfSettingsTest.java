package dev.dorado.rules;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import dev.dorado.schemas.RuleNames;
import org.junit.jupiter.api.Test;

class RuleNamesOfSettingsTest {

  @Test
  void whatACatalogMayStateIsASettingOfTheRules() {
    var rules = ConfigFactory.defaultReference().resolve().getObject("dorado.rules");
    assertThat(rules.keySet()).containsAll(RuleNames.all());
  }
}
