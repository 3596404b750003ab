{{- define "dorado.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 40 | trimSuffix "-" }}
{{- end }}

{{- define "dorado.fullname" -}}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 40 | trimSuffix "-" }}
{{- else if contains (include "dorado.name" .) .Release.Name }}
{{- .Release.Name | trunc 40 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name (include "dorado.name" .) | trunc 40 | trimSuffix "-" }}
{{- end }}
{{- end }}

{{- define "dorado.selector" -}}
app.kubernetes.io/name: {{ include "dorado.name" .root }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .role }}
{{- end }}

{{- define "dorado.labels" -}}
{{ include "dorado.selector" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version }}
{{- end }}

{{- define "dorado.image" -}}
{{- with .Values.image -}}
{{- if .digest }}{{ .repository }}@{{ .digest }}{{ else }}{{ .repository }}:{{ .tag | default $.Chart.AppVersion }}{{ end }}
{{- end -}}
{{- end }}

{{- define "dorado.serviceAccount" -}}
{{- if .Values.serviceAccount.create }}{{ .Values.serviceAccount.name | default (include "dorado.fullname" .) }}{{ else }}{{ .Values.serviceAccount.name | default "default" }}{{ end }}
{{- end }}

{{- /* The hook runs before the release's own objects exist, so what it needs is a hook, too. */ -}}
{{- define "dorado.hook" -}}
helm.sh/hook: pre-install,pre-upgrade
helm.sh/hook-weight: {{ . | quote }}
helm.sh/hook-delete-policy: before-hook-creation,hook-succeeded
{{- end }}

{{- define "dorado.secret" -}}
{{ .Values.secrets.existingSecret | default (include "dorado.fullname" .) }}
{{- end }}

{{- /* Passwords of Kafka, the registry and ClickHouse. The hook has a copy: the release's own is not there yet. */ -}}
{{- define "dorado.connectionSecret" -}}
{{ include "dorado.fullname" . }}-{{ ternary "migrate" "connections" (hasKey . "hook") }}
{{- end }}

{{- define "dorado.connectionData" -}}
{{- $data := dict }}
{{- if not .Values.clickhouse.existingSecret }}
{{- $_ := set $data "clickhouse-password" (required "clickhouse.password is empty: set it, or clickhouse.existingSecret to a Secret that has it." .Values.clickhouse.password) }}
{{- end }}
{{- if and .Values.kafka.properties.content (not .Values.kafka.properties.existingSecret) }}
{{- $_ := set $data "kafka.properties" .Values.kafka.properties.content }}
{{- end }}
{{- if and .Values.registry.user (not .Values.registry.existingSecret) }}
{{- $_ := set $data "registry-password" (required "registry.password is empty and registry.user is not: set it, or registry.existingSecret to a Secret that has it." .Values.registry.password) }}
{{- end }}
{{- toJson $data }}
{{- end }}

{{- define "dorado.kafkaEnv" -}}
- {name: DORADO_KAFKA_BOOTSTRAP_SERVERS, value: {{ required "kafka.bootstrapServers is empty: set it to host:port of your Kafka, separated by commas." .Values.kafka.bootstrapServers | quote }}}
- {name: DORADO_KAFKA_PARTITIONS, value: {{ .Values.kafka.partitions | quote }}}
- {name: DORADO_KAFKA_REPLICATION_FACTOR, value: {{ .Values.kafka.replicationFactor | quote }}}
{{- if or .Values.kafka.properties.existingSecret .Values.kafka.properties.content }}
- {name: DORADO_KAFKA_PROPERTIES_FILE, value: /etc/dorado/kafka/kafka.properties}
{{- end }}
- {name: DORADO_REGISTRY_URL, value: {{ required "registry.url is empty: set it to the address of your schema registry." .Values.registry.url | quote }}}
{{- if .Values.registry.user }}
- {name: DORADO_REGISTRY_USER, value: {{ .Values.registry.user | quote }}}
- {name: DORADO_REGISTRY_PASSWORD_FILE, value: /etc/dorado/registry/registry-password}
{{- end }}
{{- end }}

{{- define "dorado.clickhouseEnv" -}}
- {name: DORADO_CLICKHOUSE_URL, value: {{ required "clickhouse.url is empty: set it to the JDBC URL of your ClickHouse." .Values.clickhouse.url | quote }}}
- {name: DORADO_CLICKHOUSE_USER, value: {{ .Values.clickhouse.user | quote }}}
- {name: DORADO_CLICKHOUSE_DATABASE, value: {{ .Values.clickhouse.database | quote }}}
- {name: DORADO_CLICKHOUSE_PASSWORD_FILE, value: /etc/dorado/clickhouse/clickhouse-password}
{{- end }}

{{- /* .root, .options: those of the role. */ -}}
{{- define "dorado.javaEnv" -}}
{{- $options := list }}
{{- with .options }}{{ $options = append $options . }}{{ end }}
{{- with .root.Values.trustStore }}
{{- if .existingSecret }}
{{- $options = append $options "-Djavax.net.ssl.trustStore=/etc/dorado/trust/truststore" }}
{{- $options = append $options (printf "-Djavax.net.ssl.trustStoreType=%s" .type) }}
{{- $options = append $options (printf "-Djavax.net.ssl.trustStorePassword=%s" .password) }}
{{- end }}
{{- end }}
{{- if $options }}
- {name: DORADO_JAVA_OPTS, value: {{ join " " $options | quote }}}
{{- end }}
{{- end }}

{{- /* Settings of all roles and of one; the role's win. */ -}}
{{- define "dorado.extraEnv" -}}
{{- range $name, $value := merge (dict) .own .root.Values.env }}
- {name: {{ $name }}, value: {{ $value | quote }}}
{{- end }}
{{- end }}

{{- define "dorado.kafkaVolumes" -}}
{{- with .Values.kafka.properties }}
{{- if or .existingSecret .content }}
- name: kafka
  secret:
    secretName: {{ .existingSecret | default (include "dorado.connectionSecret" $) }}
    defaultMode: 0440
    items:
      - {key: {{ ternary .key "kafka.properties" (not (empty .existingSecret)) }}, path: kafka.properties}
{{- end }}
{{- end }}
{{- with .Values.kafka.ca }}
{{- if .existingSecret }}
- name: kafka-ca
  secret:
    secretName: {{ .existingSecret }}
    defaultMode: 0440
    items:
      - {key: {{ .key }}, path: ca.crt}
{{- end }}
{{- end }}
{{- with .Values.registry }}
{{- if .user }}
- name: registry
  secret:
    secretName: {{ .existingSecret | default (include "dorado.connectionSecret" $) }}
    defaultMode: 0440
    items:
      - {key: {{ ternary .key "registry-password" (not (empty .existingSecret)) }}, path: registry-password}
{{- end }}
{{- end }}
{{- end }}

{{- define "dorado.kafkaMounts" -}}
{{- if or .Values.kafka.properties.existingSecret .Values.kafka.properties.content }}
- {name: kafka, mountPath: /etc/dorado/kafka, readOnly: true}
{{- end }}
{{- if .Values.kafka.ca.existingSecret }}
- {name: kafka-ca, mountPath: /etc/dorado/kafka-ca, readOnly: true}
{{- end }}
{{- if .Values.registry.user }}
- {name: registry, mountPath: /etc/dorado/registry, readOnly: true}
{{- end }}
{{- end }}

{{- define "dorado.clickhouseVolumes" -}}
- name: clickhouse
  secret:
    secretName: {{ .Values.clickhouse.existingSecret | default (include "dorado.connectionSecret" .) }}
    defaultMode: 0440
    items:
      - {key: {{ ternary .Values.clickhouse.key "clickhouse-password" (not (empty .Values.clickhouse.existingSecret)) }}, path: clickhouse-password}
{{- end }}

{{- define "dorado.clickhouseMounts" -}}
- {name: clickhouse, mountPath: /etc/dorado/clickhouse, readOnly: true}
{{- end }}

{{- /* Logins of people: the api begins them, and ingest knows who is logged in. */ -}}
{{- define "dorado.oidcEnv" -}}
{{- with .Values.oidc }}
{{- if .issuer }}
- {name: DORADO_OIDC_ISSUER, value: {{ .issuer | quote }}}
- {name: DORADO_OIDC_CLIENT_ID, value: {{ .clientId | quote }}}
- {name: DORADO_OIDC_CLIENT_SECRET_FILE, value: /etc/dorado/oidc/client-secret}
- {name: DORADO_OIDC_PAGE, value: {{ required "oidc.page is empty and oidc.issuer is not: set it to the address of the page as browsers see it." .page | quote }}}
- {name: DORADO_OIDC_ROLES_CLAIM, value: {{ .rolesClaim | quote }}}
- {name: DORADO_OIDC_TEAMS_CLAIM, value: {{ .teamsClaim | quote }}}
- {name: DORADO_OIDC_READERS, value: {{ .readers | quote }}}
- {name: DORADO_OIDC_CORRECTORS, value: {{ .correctors | quote }}}
- {name: DORADO_OIDC_ADMINISTRATORS, value: {{ .administrators | quote }}}
{{- end }}
{{- end }}
{{- end }}

{{- define "dorado.oidcVolumes" -}}
{{- with .Values.oidc }}
{{- if .issuer }}
- name: oidc
  secret:
    secretName: {{ .existingSecret | default (printf "%s-oidc" (include "dorado.fullname" $)) }}
    defaultMode: 0440
    items:
      - {key: {{ ternary .key "client-secret" (not (empty .existingSecret)) }}, path: client-secret}
{{- end }}
{{- end }}
{{- end }}

{{- define "dorado.oidcMounts" -}}
{{- if .Values.oidc.issuer }}
- {name: oidc, mountPath: /etc/dorado/oidc, readOnly: true}
{{- end }}
{{- end }}

{{- /* Every pod: a folder for what libraries unpack, and the trust store. */ -}}
{{- define "dorado.commonVolumes" -}}
- name: tmp
  emptyDir: {sizeLimit: 1Gi}
{{- if .Values.trustStore.existingSecret }}
- name: trust
  secret:
    secretName: {{ .Values.trustStore.existingSecret }}
    defaultMode: 0440
    items:
      - {key: {{ .Values.trustStore.key }}, path: truststore}
{{- end }}
{{- end }}

{{- define "dorado.commonMounts" -}}
- {name: tmp, mountPath: /tmp}
{{- if .Values.trustStore.existingSecret }}
- {name: trust, mountPath: /etc/dorado/trust, readOnly: true}
{{- end }}
{{- end }}

{{- define "dorado.podSecurity" -}}
runAsNonRoot: true
runAsUser: 10001
runAsGroup: 10001
fsGroup: 10001
fsGroupChangePolicy: OnRootMismatch
seccompProfile: {type: RuntimeDefault}
{{- end }}

{{- define "dorado.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
runAsNonRoot: true
capabilities: {drop: [ALL]}
seccompProfile: {type: RuntimeDefault}
{{- end }}

{{- /* .port: the container port's name. A start may have to wait for a first rebalance; liveness does not. */ -}}
{{- define "dorado.probes" -}}
startupProbe:
  httpGet: {path: /health/live, port: http}
  periodSeconds: 5
  failureThreshold: 36
livenessProbe:
  httpGet: {path: /health/live, port: http}
  periodSeconds: 15
  timeoutSeconds: 5
  failureThreshold: 4
readinessProbe:
  httpGet: {path: /health/ready, port: http}
  periodSeconds: 10
  timeoutSeconds: 10
  failureThreshold: 3
{{- end }}

{{- /* .root, .role, .values: where pods of a role run. */ -}}
{{- define "dorado.scheduling" -}}
{{- with .root.Values.image.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - {name: {{ . }}}
  {{- end }}
{{- end }}
{{- if .serviceAccount }}
serviceAccountName: {{ .serviceAccount }}
{{- end }}
automountServiceAccountToken: false
enableServiceLinks: false
terminationGracePeriodSeconds: {{ .root.Values.terminationGracePeriodSeconds }}
securityContext:
  {{- include "dorado.podSecurity" . | nindent 2 }}
{{- with .values.nodeSelector }}
nodeSelector: {{ toYaml . | nindent 2 }}
{{- end }}
{{- with .values.tolerations }}
tolerations: {{ toYaml . | nindent 2 }}
{{- end }}
{{- with .values.affinity }}
affinity: {{ toYaml . | nindent 2 }}
{{- end }}
{{- if ne .role "migrate" }}
topologySpreadConstraints:
{{- if .values.topologySpreadConstraints }}
  {{- toYaml .values.topologySpreadConstraints | nindent 2 }}
{{- else }}
{{- $selector := include "dorado.selector" . }}
{{- range list "kubernetes.io/hostname" "topology.kubernetes.io/zone" }}
  - maxSkew: 1
    topologyKey: {{ . }}
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels:
        {{- $selector | nindent 8 }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}

{{- /* Names of the senders that have a secret. */ -}}
{{- define "dorado.senders" -}}
{{- $names := list }}
{{- if .Values.secrets.existingSecret }}
{{- $names = .Values.senders }}
{{- else }}
{{- $names = keys .Values.secrets.senders }}
{{- end }}
{{- toJson ($names | uniq | sortAlpha) }}
{{- end }}

{{- /* Pods are replaced when the chart's own Secrets change: the roles read files at their start. */ -}}
{{- define "dorado.checksums" -}}
checksum/secrets: {{ include "dorado.secretValues" . | sha256sum }}
{{- end }}

{{- define "dorado.secretValues" -}}
{{- toJson (list .Values.secrets .Values.clickhouse.password .Values.registry.password .Values.kafka.properties.content .Values.oidc.clientSecret) }}
{{- end }}
