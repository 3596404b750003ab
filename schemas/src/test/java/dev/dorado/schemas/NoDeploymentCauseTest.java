package dev.dorado.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NoDeploymentCauseTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "external | external",
        "External. | External",
        "**external** | external",
        "third party | third party",
        "Third-party outage (AWS eu-west-1) | Third-party outage",
        "third-party API: payment was down | third-party API",
        "3rd party service failure | 3rd party service failure",
        "vendor | vendor",
        "cloud provider outage, all zones | cloud provider outage",
        "provider -- see their status page | provider",
        "none | none",
        "None, traffic only | None",
        "no deployment | no deployment",
        "not a deployment | not a deployment",
        "not related to any release | not related to any release",
      })
  void aStatementThatNoDeploymentWasTheCauseIsFound(String statement, String words) {
    assertThat(NoDeploymentCause.in(statement)).contains(words);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "external-dns upgrade",
        "external load balancer of release 1.2",
        "none of the health checks were deployed",
        "no deployment checks in v1.2",
        "provider.tf was changed",
        "third partition",
        "vendored library",
        "the external provider",
        "unknown",
        "#12",
      })
  void anythingElseIsNotOne(String statement) {
    assertThat(NoDeploymentCause.in(statement)).isEmpty();
  }
}
