{{- define "spinegrade.fullname" -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 50 | trimSuffix "-" -}}
{{- else if contains $name .Release.Name -}}
{{- .Release.Name | trunc 50 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 50 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{/* Job of the release in Prometheus: rules and dashboards know the service by a name that contains its own. */}}
{{- define "spinegrade.job" -}}
{{- $name := include "spinegrade.fullname" . -}}
{{- contains "spinegrade" $name | ternary $name (printf "spinegrade-%s" $name) -}}
{{- end -}}

{{/* What tells the release's pods from others; of a role where one is given: (dict "root" $ "role" "api"). */}}
{{- define "spinegrade.selector" -}}
app.kubernetes.io/name: {{ default .root.Chart.Name .root.Values.nameOverride | trunc 63 | trimSuffix "-" }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
{{- with .role }}
app.kubernetes.io/component: {{ . }}
{{- end }}
{{- end -}}

{{/* Of every object: (dict "root" $ "role" "api"), the role where the object is of one. */}}
{{- define "spinegrade.labels" -}}
{{- $selector := include "spinegrade.selector" . | fromYaml -}}
{{- $chart := dict
  "helm.sh/chart" (printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-")
  "app.kubernetes.io/version" .root.Chart.AppVersion
  "app.kubernetes.io/managed-by" .root.Release.Service -}}
{{- mergeOverwrite (deepCopy .root.Values.commonLabels) $chart $selector | toYaml -}}
{{- end -}}

{{- define "spinegrade.serviceAccount" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "spinegrade.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- default "default" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{/* The roles that have a deployment, as JSON. */}}
{{- define "spinegrade.roles" -}}
{{- if eq .Values.mode "all" -}}
{{- list "all" | toJson -}}
{{- else if .Values.settings.WATCH -}}
{{- list "api" "watcher" "worker" | toJson -}}
{{- else -}}
{{- list "api" "worker" | toJson -}}
{{- end -}}
{{- end -}}

{{/* Whether the role loads networks: "true" or nothing. */}}
{{- define "spinegrade.runsNetworks" -}}
{{- if has .role (list "all" "worker") -}}true{{- end -}}
{{- end -}}

{{/* Whether the queue lies in the embedded database: "true" or nothing. */}}
{{- define "spinegrade.embedded" -}}
{{- if not .Values.secrets.DATABASE_URL.name -}}true{{- end -}}
{{- end -}}

{{- define "spinegrade.image" -}}
{{- $image := .Values.image -}}
{{- $suffix := ternary "-gpu" "" .Values.gpu.enabled -}}
{{- $tag := default (printf "%s%s" .Chart.AppVersion $suffix) $image.tag -}}
{{- if $image.digest -}}
{{- printf "%s@%s" $image.repository $image.digest -}}
{{- else -}}
{{- printf "%s:%s" $image.repository $tag -}}
{{- end -}}
{{- end -}}
