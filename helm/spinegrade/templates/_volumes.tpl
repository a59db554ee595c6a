{{/* Secrets, files and certificates of a role or of the migration, (dict "root" $ "role" …): their volumes … */}}
{{- define "spinegrade.filesVolumes" -}}
{{- with include "spinegrade.secretsOf" . | fromYaml }}
- name: secrets
  projected:
    defaultMode: 288
    sources:
      {{- range $name, $secret := . }}
      - secret:
          name: {{ $secret.name }}
          items:
            - {key: {{ $secret.key }}, path: {{ $name }}}
      {{- end }}
{{- end }}
{{- with include "spinegrade.filesOf" . | fromYaml }}
- name: files
  projected:
    defaultMode: 288
    sources:
      {{- range $name, $file := . }}
      - configMap:
          name: {{ $file.configMap }}
          items:
            - {key: {{ $file.key }}, path: {{ $name }}}
      {{- end }}
{{- end }}
{{- with .root.Values.extraCa }}
{{- if .configMap }}
- name: ca
  configMap:
    name: {{ .configMap }}
    items:
      - {key: {{ .key }}, path: ca.crt}
{{- else if .secret }}
- name: ca
  secret:
    secretName: {{ .secret }}
    defaultMode: 288
    items:
      - {key: {{ .key }}, path: ca.crt}
{{- end }}
{{- end }}
{{- end -}}

{{/* Modes are 0440 as a decimal number: not every reader of YAML takes 0440 for octal. */}}

{{/* … and where they are mounted. Folders, not single files: a secret that changes is seen. */}}
{{- define "spinegrade.filesMounts" -}}
{{- $volumes := include "spinegrade.filesVolumes" . | fromYamlArray -}}
{{- range $volumes }}
- name: {{ .name }}
  mountPath: /etc/spinegrade/{{ .name }}
  readOnly: true
{{- end }}
{{- end -}}

{{/* Volumes of a role's pod: (dict "root" $ "role" …). */}}
{{- define "spinegrade.volumes" -}}
{{- $values := .root.Values -}}
{{- $pack := $values.modelPack -}}
- name: tmp
  emptyDir: {sizeLimit: 512Mi}
{{- if include "spinegrade.embedded" .root }}
- name: data
  {{- if $values.persistence.enabled }}
  persistentVolumeClaim:
    claimName: {{ default (printf "%s-data" (include "spinegrade.fullname" .root)) $values.persistence.existingClaim }}
  {{- else }}
  emptyDir: {sizeLimit: {{ $values.persistence.size }}}
  {{- end }}
{{- end }}
{{- if eq $pack.source "volume" }}
- name: model-pack
  persistentVolumeClaim:
    claimName: {{ $pack.volume.claimName }}
    readOnly: true
{{- else if eq $pack.source "oci" }}
{{- if semverCompare "<1.33.0-0" .root.Capabilities.KubeVersion.Version }}
{{- include "modelPack.source: oci needs Kubernetes 1.33 or newer" . }}
{{- end }}
- name: model-pack
  image:
    reference: {{ $pack.oci.reference }}
    pullPolicy: {{ $pack.oci.pullPolicy }}
{{- else if eq $pack.source "http" }}
- name: model-pack
  emptyDir: {sizeLimit: {{ $pack.http.sizeLimit }}}
{{- with $pack.http.tokenSecret }}
- name: model-pack-token
  secret:
    secretName: {{ . }}
    defaultMode: 288
    items:
      - {key: {{ $pack.http.tokenKey }}, path: token}
{{- end }}
{{- end }}
{{- include "spinegrade.filesVolumes" . }}
{{- end -}}

{{- define "spinegrade.mounts" -}}
- name: tmp
  mountPath: /tmp
{{- if include "spinegrade.embedded" .root }}
- name: data
  mountPath: /data
{{- end }}
{{- if ne .root.Values.modelPack.source "image" }}
- name: model-pack
  mountPath: /model-pack
  readOnly: true
{{- end }}
{{- include "spinegrade.filesMounts" . }}
{{- end -}}
