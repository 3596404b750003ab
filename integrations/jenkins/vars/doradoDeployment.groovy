import org.jenkinsci.plugins.workflow.steps.FlowInterruptedException

/**
 * Runs a closure that deploys, and reports its start and end to Dorado. A report that fails is a
 * line in the log and never fails the build; what the closure throws is thrown on.
 *
 * <p>The address is the option url or the environment variable DORADO_URL. The secret is the
 * credential (of the kind "Secret text") that the option credentialsId names, or dorado-secret.
 */
def call(Map options = [:], Closure deploy) {
  report('start', options, '')
  String before = currentBuild.currentResult
  String status = 'succeeded'
  try {
    def result = deploy()
    // catchError and unstable set the result of the build without throwing.
    if (currentBuild.currentResult != before) {
      status = currentBuild.currentResult
    }
    return result
  } catch (FlowInterruptedException aborted) {
    status = 'cancelled'
    throw aborted
  } catch (Throwable failure) {
    status = 'failed'
    throw failure
  } finally {
    report('end', options, status)
  }
}

private void report(String phase, Map options, String status) {
  List<String> known =
      ['url', 'service', 'environment', 'repository', 'sha', 'version', 'ref', 'id', 'link']
  List<String> variables = ["DORADO_STATUS=${status}".toString()]
  List<String> unknown = []
  // Jenkins saves the state of a build at each step, and an iterator can't be saved: none in here.
  for (String name in options.keySet()) {
    if (name in known) {
      if (options[name] != null) {
        variables.add("DORADO_${name.toUpperCase()}=${options[name]}".toString())
      }
    } else if (name != 'credentialsId') {
      unknown.add(name)
    }
  }
  if (unknown && phase == 'start') {
    echo "doradoDeployment: '${unknown.join("', '")}' is no option: expected credentialsId, " +
        known.join(', ')
  }
  try {
    String credential = options.credentialsId ?: 'dorado-secret'
    withCredentials([string(credentialsId: credential, variable: 'DORADO_SECRET')]) {
      withEnv(variables) {
        // The first line keeps the step from running the script with 'sh -xe'.
        sh(label: "Dorado: ${phase}",
            script: "#!/bin/sh\nset -- ${phase} --if-started\n"
                + libraryResource('dev/dorado/dorado-notify'))
      }
    }
  } catch (FlowInterruptedException aborted) {
    throw aborted
  } catch (Exception failure) {
    echo "doradoDeployment: the ${phase} of the deployment was not reported: ${failure.message}"
  }
}
