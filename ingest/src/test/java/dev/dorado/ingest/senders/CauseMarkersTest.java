package dev.dorado.ingest.senders;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CauseMarkersTest {

  @Test
  void aMarkedLineNamesCauses() {
    assertThat(CauseMarkers.in("root cause: ABCDEF1")).containsExactly("abcdef1");
    assertThat(CauseMarkers.in("What?\r\n- **Caused by:** acme/shop#12 and #13.\r\nMore #14"))
        .containsExactly("acme/shop#12", "#13");
    assertThat(CauseMarkers.in("Caused by: v1.2.3, github:500"))
        .containsExactly("v1.2.3", "github:500");
    assertThat(CauseMarkers.in("caused by: gitlab:job:796, azure-devops:acme:deployment:5/2"))
        .containsExactly("gitlab:job:796", "azure-devops:acme:deployment:5/2");
    assertThat(CauseMarkers.in("root-cause: https://github.com/acme/shop/pull/12"))
        .containsExactly("https://github.com/acme/shop/pull/12");
  }

  @Test
  void aMarkedLineMaySayThatNoDeploymentWasTheCause() {
    assertThat(CauseMarkers.in("Root cause: External")).containsExactly("external");
    assertThat(CauseMarkers.in("**Root cause**: third-party outage (AWS)"))
        .containsExactly("third-party outage");
    assertThat(CauseMarkers.in("root cause: none, see #12")).containsExactly("none", "#12");
    assertThat(CauseMarkers.in("root cause: external-dns v1.2.3")).containsExactly("v1.2.3");
    assertThat(CauseMarkers.in("the cause is external")).isEmpty();
  }

  @Test
  void withoutAMarkNothingIsACause() {
    assertThat(CauseMarkers.in("maybe caused by #12")).isEmpty();
    assertThat(CauseMarkers.in("root cause: unknown yet")).isEmpty();
    assertThat(CauseMarkers.in("")).isEmpty();
  }
}
