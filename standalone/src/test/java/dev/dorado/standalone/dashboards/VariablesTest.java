package dev.dorado.standalone.dashboards;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class VariablesTest {

  private final Variables variables =
      new Variables(Map.of("team", List.of("a", "b"), "__from", List.of("2026-01-01T00:00:00Z")));

  @Test
  void eachWayOfWritingAVariableIsFilledIn() {
    assertThat(variables.in("$team ${team} ${team:csv} ${__from:date:iso} $"))
        .isEqualTo("a,b a,b a,b 2026-01-01T00:00:00Z $");
  }

  @Test
  void aVariableThatIsNotDefinedIsNamed() {
    assertThatThrownBy(() -> variables.in("${service:csv}"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("${service:csv}");
  }

  @Test
  void fieldsOfARowBelongToTheirVariable() {
    assertThat(Variables.namesIn("${d}/?s=${__data.fields.Service:percentencode}&t=$team"))
        .containsExactly("d", "__data", "team");
  }
}
