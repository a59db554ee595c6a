{{/* The settings of a role, as YAML: those of all, those that come with a GPU, then the role's own. */}}
{{- define "spinegrade.settings" -}}
{{- $values := .root.Values -}}
{{- $settings := deepCopy $values.settings -}}
{{- if and $values.gpu.enabled (include "spinegrade.runsNetworks" .) -}}
{{- $_ := set $settings "EXECUTION_PROVIDERS" $values.gpu.providers -}}
{{- end -}}
{{- mergeOverwrite $settings (deepCopy (index $values .role).settings) | toYaml -}}
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

{{/* Secrets that a role's container has, as YAML; the migration's asks for the database alone. */}}
{{- define "spinegrade.secretsOf" -}}
{{- $secrets := dict -}}
{{- $migrates := eq .role "migrate" -}}
{{- range $name, $secret := .root.Values.secrets -}}
{{- if and $secret.name (or (not $migrates) (eq $name "DATABASE_URL")) -}}{{- $_ := set $secrets $name $secret -}}{{- end -}}
{{- end -}}
{{- toYaml $secrets -}}
{{- end -}}

{{/* Files of settings that a role's container has, as YAML; the migration's has none. */}}
{{- define "spinegrade.filesOf" -}}
{{- $files := dict -}}
{{- $migrates := eq .role "migrate" -}}
{{- range $name, $file := .root.Values.files -}}
{{- if and $file.configMap (not $migrates) -}}{{- $_ := set $files $name $file -}}{{- end -}}
{{- end -}}
{{- toYaml $files -}}
{{- end -}}

{{/* Environment of a role's container, or of the migration's: (dict "root" $ "role" …). */}}
{{- define "spinegrade.env" -}}
{{- $values := .root.Values -}}
{{- range $values.extraEnv }}
- {{ toYaml . | nindent 2 | trim }}
{{- end }}
{{- if ne .role "migrate" }}
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
{{- range $name, $value := include "spinegrade.settings" . | fromYaml }}
{{- $text := include "spinegrade.text" $value }}
{{- if $text }}
- name: {{ $name }}
  value: {{ $text | quote }}
{{- end }}
{{- end }}
{{- end }}
{{- range $name, $_ := include "spinegrade.secretsOf" . | fromYaml }}
- name: {{ $name }}_FILE
  value: /etc/spinegrade/secrets/{{ $name }}
{{- end }}
{{- range $name, $_ := include "spinegrade.filesOf" . | fromYaml }}
- name: {{ $name }}
  value: /etc/spinegrade/files/{{ $name }}
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
