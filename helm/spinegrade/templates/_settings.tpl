{{/* The settings of a role, as YAML: those of all, those that come with a GPU, then the role's own. */}}
{{- define "spinegrade.settings" -}}
{{- $values := .root.Values -}}
{{- $settings := deepCopy $values.settings -}}
{{- if and $values.gpu.enabled (include "spinegrade.runsNetworks" .) -}}
{{- $_ := set $settings "EXECUTION_PROVIDERS" $values.gpu.providers -}}
{{- end -}}
{{- $own := dict -}}
{{- if has .role (list "all" "api" "watcher" "worker") -}}
{{- $own = deepCopy (index $values .role).settings -}}
{{- end -}}
{{- mergeOverwrite $settings $own | toYaml -}}
{{- end -}}

{{/* A value as the environment has it: Helm holds numbers as floating point, which large ones would show. */}}
{{- define "spinegrade.text" -}}
{{- if kindIs "float64" . -}}{{- printf "%.0f" . -}}{{- else -}}{{- toString . -}}{{- end -}}
{{- end -}}

{{/* Milliseconds that SIGTERM leaves a role's work. */}}
{{- define "spinegrade.shutdownMs" -}}
{{- $settings := include "spinegrade.settings" . | fromYaml -}}
{{- include "spinegrade.text" (dig "SHUTDOWN_TIMEOUT_MS" 25000 $settings) -}}
{{- end -}}

{{- define "spinegrade.gracePeriodSeconds" -}}
{{- $shutdown := divf (include "spinegrade.shutdownMs" . | float64) 1000 | ceil | int -}}
{{- add .root.Values.termination.preStopSeconds $shutdown .root.Values.termination.reserveSeconds -}}
{{- end -}}

{{/* Where the pack lies in the container; nothing for the one that comes with the program. */}}
{{- define "spinegrade.packFolder" -}}
{{- $pack := .Values.modelPack -}}
{{- if eq $pack.source "image" -}}
{{- $pack.image.path -}}
{{- else if eq $pack.source "http" -}}
/model-pack/pack
{{- else -}}
{{- list "/model-pack" (index $pack $pack.source).path | join "/" | trimSuffix "/" -}}
{{- end -}}
{{- end -}}

{{/* Environment of a role's container, or of the migration's: (dict "root" $ "role" …). */}}
{{- define "spinegrade.env" -}}
{{- $values := .root.Values -}}
{{- $serves := has .role (list "all" "api" "watcher" "worker") -}}
{{- $settings := include "spinegrade.settings" . | fromYaml -}}
{{- range $values.extraEnv }}
- {{ toYaml . | nindent 2 | trim }}
{{- end }}
{{- if $serves }}
- name: ROLE
  value: {{ .role }}
{{- if include "spinegrade.embedded" .root }}
- name: DATA_DIR
  value: /data/spinegrade
{{- end }}
{{- with include "spinegrade.packFolder" .root }}
- name: MODEL_PACK
  value: {{ . }}
{{- end }}
{{- end }}
{{- range $name, $value := $settings }}
{{- $text := include "spinegrade.text" $value }}
{{- if $text }}
- name: {{ $name }}
  value: {{ $text | quote }}
{{- end }}
{{- end }}
{{- range $name, $secret := $values.secrets }}
{{- if $secret.name }}
- name: {{ $name }}_FILE
  value: /etc/spinegrade/secrets/{{ $name }}
{{- end }}
{{- end }}
{{- range $name, $file := $values.files }}
{{- if $file.configMap }}
- name: {{ $name }}
  value: /etc/spinegrade/files/{{ $name }}
{{- end }}
{{- end }}
{{- include "spinegrade.caEnv" .root }}
{{- if and $values.gpu.enabled (include "spinegrade.runsNetworks" .) }}
# What the driver's libraries are wanted for, and where CUDA may keep what it compiles.
- name: NVIDIA_DRIVER_CAPABILITIES
  value: compute,utility
- name: CUDA_CACHE_PATH
  value: /tmp/cuda
{{- end }}
{{- end -}}

{{- define "spinegrade.caEnv" -}}
{{- if or .Values.extraCa.configMap .Values.extraCa.secret }}
- name: NODE_EXTRA_CA_CERTS
  value: /etc/spinegrade/ca/ca.crt
{{- end }}
{{- end -}}
