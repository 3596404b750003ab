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

  @Test
  void theWordBeforeACauseIsNotPartOfIt() {
    assertThat(CauseMarkers.in("Root cause: PR #12")).containsExactly("#12");
    assertThat(CauseMarkers.in("Root cause: the release 1.2.0")).containsExactly("1.2.0");
    assertThat(CauseMarkers.in("Caused by: deployment d1.")).containsExactly("d1");
    assertThat(CauseMarkers.in("Caused by: deploy of abc1234")).containsExactly("abc1234");
    assertThat(CauseMarkers.in("Root cause: a deployment that failed 2 days ago")).isEmpty();
  }

  @Test
  void aMergeRequestOfGitLabIsKnownByItsNumber() {
    assertThat(CauseMarkers.in("Root cause: !12, shop/web!13"))
        .containsExactly("#12", "shop/web#13");
    assertThat(CauseMarkers.in("Root cause: we wrote a!=b and said wow!12")).isEmpty();
    assertThat(CauseMarkers.named("!12")).isEqualTo("#12");
    assertThat(CauseMarkers.named("PR #12")).isEqualTo("#12");
    assertThat(CauseMarkers.named("merge request acme/shop!12")).isEqualTo("acme/shop#12");
    assertThat(CauseMarkers.named("acme/shop#12")).isEqualTo("acme/shop#12");
    assertThat(CauseMarkers.named("build #x")).isEqualTo("build #x");
  }

  @Test
  void aHeadingOfAnIssueFormMarksTheLineThatFollows() {
    assertThat(CauseMarkers.in("### Root cause\n\nThird-party outage\n\nSince #9"))
        .containsExactly("third-party outage");
    assertThat(CauseMarkers.in("### Caused by\r\n\r\n- PR #12\r\n\r\n### Steps\r\n\r\n#13"))
        .containsExactly("#12");
    assertThat(CauseMarkers.in("## **Root cause**\nRoot cause: #12")).containsExactly("#12");
  }

  @Test
  void aFieldOfAnIssueFormThatWasLeftEmptyNamesNothing() {
    assertThat(CauseMarkers.in("### Root cause\n\n_No response_\n\n#12")).isEmpty();
    assertThat(CauseMarkers.in("### Root cause\n\n### Caused by\n\n#12")).containsExactly("#12");
    assertThat(CauseMarkers.in("### Root cause\n\n### Fixed in #12\n")).isEmpty();
    assertThat(CauseMarkers.in("### Root cause")).isEmpty();
  }
}
