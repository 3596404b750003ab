// A Jenkins of the few steps that doradoDeployment uses. Bound are: agent (runs a script of the step
// sh with the variables of the build, and returns its exit status), library (the folder of the shared
// library), variables, credentials, log, currentBuild and deploy (the body of the pipeline).

def step = new GroovyClassLoader(getClass().classLoader)
// What a plugin of Jenkins has.
step.parseClass('''
  package org.jenkinsci.plugins.workflow.steps
  class FlowInterruptedException extends InterruptedException {}
''')
def global = step.parseClass(new File(library, 'vars/doradoDeployment.groovy')).newInstance()
def build = new HashMap(variables)

binding.echo = { log << it.toString() }
def withEnv = { List added, Closure body ->
  def before = new HashMap(build)
  added.each { build.put(*it.split('=', 2)) }
  try { body() } finally { build.clear(); build.putAll(before) }
}
binding.withEnv = withEnv
binding.string = { Map options -> options }
binding.withCredentials = { List bound, Closure body ->
  def secret = credentials[bound[0].credentialsId]
  if (secret == null) throw new IllegalStateException("no credential ${bound[0].credentialsId}")
  withEnv(["${bound[0].variable}=${secret}".toString()], body)
}
binding.libraryResource = { new File(library, "resources/$it").text }
binding.sh = { arguments ->
  def text = arguments instanceof Map ? arguments.script : arguments
  int status = agent.apply(text.toString(), build)
  if (status != 0) throw new IOException("script returned exit code $status")
}
binding.abort = { throw step.loadClass('org.jenkinsci.plugins.workflow.steps.FlowInterruptedException').newInstance() }
global.binding = binding
binding.doradoDeployment = { Object... arguments -> global.call(*arguments) }

evaluate(deploy)
