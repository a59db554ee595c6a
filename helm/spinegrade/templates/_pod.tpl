{{/* `pod` with what the role has otherwise. */}}
{{- define "spinegrade.podValues" -}}
{{- mergeOverwrite (deepCopy .root.Values.pod) (deepCopy (index .root.Values .role).pod) | toYaml -}}
{{- end -}}

{{/* Pod template of a role: (dict "root" $ "role" …). */}}
{{- define "spinegrade.podTemplate" -}}
{{- $values := .root.Values -}}
{{- $pod := include "spinegrade.podValues" . | fromYaml -}}
{{- $gpu := and $values.gpu.enabled (include "spinegrade.runsNetworks" .) -}}
metadata:
  labels:
    {{- mergeOverwrite (deepCopy $pod.labels) (include "spinegrade.labels" . | fromYaml) | toYaml | nindent 4 }}
  {{- with $pod.annotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  serviceAccountName: {{ include "spinegrade.serviceAccount" .root }}
  automountServiceAccountToken: false
  enableServiceLinks: false
  {{- with $values.image.pullSecrets }}
  imagePullSecrets:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with $pod.priorityClassName }}
  priorityClassName: {{ . }}
  {{- end }}
  {{- if and $gpu $values.gpu.runtimeClassName }}
  runtimeClassName: {{ $values.gpu.runtimeClassName }}
  {{- end }}
  terminationGracePeriodSeconds: {{ include "spinegrade.gracePeriodSeconds" . }}
  securityContext:
    {{- toYaml $pod.securityContext | nindent 4 }}
  {{- if eq $values.modelPack.source "http" }}
  initContainers:
    {{- include "spinegrade.fetchPack" (merge (dict "pod" $pod) .) | nindent 4 }}
  {{- end }}
  containers:
    {{- include "spinegrade.container" (merge (dict "pod" $pod "gpu" $gpu) .) | nindent 4 }}
  volumes:
    {{- include "spinegrade.volumes" . | trim | nindent 4 }}
  {{- with ternary (merge (deepCopy $values.gpu.nodeSelector) $pod.nodeSelector) $pod.nodeSelector (not (empty $gpu)) }}
  nodeSelector:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with ternary (concat $pod.tolerations $values.gpu.tolerations) $pod.tolerations (not (empty $gpu)) }}
  tolerations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with $pod.affinity }}
  affinity:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with $pod.topologySpread }}
  {{- $labels := include "spinegrade.selector" $ | fromYaml }}
  topologySpreadConstraints:
    {{- range . }}
    - {{ mergeOverwrite (dict "labelSelector" (dict "matchLabels" $labels) "matchLabelKeys" (list "pod-template-hash")) . | toYaml | nindent 6 | trim }}
    {{- end }}
  {{- end }}
{{- end -}}

{{- define "spinegrade.container" -}}
{{- $values := .root.Values -}}
{{- $settings := include "spinegrade.settings" . | fromYaml -}}
- name: {{ .role }}
  image: {{ include "spinegrade.image" .root }}
  imagePullPolicy: {{ $values.image.pullPolicy }}
  env:
    {{- include "spinegrade.env" . | trim | nindent 4 }}
  ports:
    - {name: http, containerPort: {{ include "spinegrade.text" $settings.PORT }}, protocol: TCP}
    - {name: operations, containerPort: {{ include "spinegrade.text" $settings.OPERATIONS_PORT }}, protocol: TCP}
  startupProbe:
    httpGet: {path: /healthz, port: operations}
    {{- toYaml $values.probes.startup | nindent 4 }}
  readinessProbe:
    httpGet: {path: "/readyz?exclude=archive&exclude=inferenceServer&exclude=watcher", port: operations}
    {{- toYaml $values.probes.readiness | nindent 4 }}
  livenessProbe:
    httpGet: {path: /healthz, port: operations}
    {{- toYaml $values.probes.liveness | nindent 4 }}
  {{- with $values.termination.preStopSeconds }}
  lifecycle:
    preStop:
      sleep: {seconds: {{ . }}}
  {{- end }}
  terminationMessagePolicy: FallbackToLogsOnError
  securityContext:
    {{- toYaml .pod.containerSecurityContext | nindent 4 }}
  {{- $resources := deepCopy (index $values .role).resources }}
  {{- if .gpu }}
  {{- $resources = mergeOverwrite $resources (dict "limits" (dict $values.gpu.resource (int $values.gpu.count))) }}
  {{- end }}
  resources:
    {{- toYaml $resources | nindent 4 }}
  volumeMounts:
    {{- include "spinegrade.mounts" . | nindent 4 }}
{{- end -}}

{{/* Init container that brings the pack from a web server; the image's entry point is node. */}}
{{- define "spinegrade.fetchPack" -}}
{{- $http := .root.Values.modelPack.http -}}
- name: fetch-pack
  image: {{ include "spinegrade.image" .root }}
  imagePullPolicy: {{ .root.Values.image.pullPolicy }}
  args:
    - src/cli/main.ts
    - fetch-pack
    - --from={{ $http.url }}
    - --sha256={{ $http.sha256 }}
    - --to=/model-pack/pack
    {{- if $http.tokenSecret }}
    - --token-file=/etc/spinegrade/model-pack-token/token
    {{- end }}
  {{- with include "spinegrade.caEnv" .root }}
  env:
    {{- trim . | nindent 4 }}
  {{- end }}
  terminationMessagePolicy: FallbackToLogsOnError
  securityContext:
    {{- toYaml .pod.containerSecurityContext | nindent 4 }}
  resources:
    requests: {cpu: 100m, memory: 128Mi, ephemeral-storage: 64Mi}
    limits: {memory: 512Mi, ephemeral-storage: {{ $http.sizeLimit }}}
  volumeMounts:
    - name: model-pack
      mountPath: /model-pack
    {{- if or .root.Values.extraCa.configMap .root.Values.extraCa.secret }}
    - name: ca
      mountPath: /etc/spinegrade/ca
      readOnly: true
    {{- end }}
    {{- if $http.tokenSecret }}
    - name: model-pack-token
      mountPath: /etc/spinegrade/model-pack-token
      readOnly: true
    {{- end }}
{{- end -}}
