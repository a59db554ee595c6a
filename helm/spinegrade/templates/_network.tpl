{{/* Port of a URL, its scheme's where it names none. */}}
{{- define "spinegrade.portOf" -}}
{{- $url := urlParse . -}}
{{- $named := regexFind ":[0-9]+$" $url.host | trimPrefix ":" -}}
{{- default (ternary "443" "80" (eq $url.scheme "https")) $named -}}
{{- end -}}

{{/* Rules of a policy for what goes out: (dict "hole" {to, ports} "byDefault" "443" "protocols" (list "TCP")). */}}
{{- define "spinegrade.egressRule" -}}
{{- $ports := .hole.ports | default (list .byDefault) -}}
- ports:
    {{- range $port := $ports }}
    {{- range $protocol := default (list "TCP") $.protocols }}
    - {port: {{ include "spinegrade.text" $port }}, protocol: {{ $protocol }}}
    {{- end }}
    {{- end }}
  {{- with .hole.to }}
  to:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end -}}

{{/* Head of a policy: (dict "root" $ "hole" "archive"). */}}
{{- define "spinegrade.policyHead" -}}
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: {{ include "spinegrade.fullname" .root }}-{{ .hole }}
  labels:
    {{- include "spinegrade.labels" (dict "root" .root) | nindent 4 }}
{{- end -}}

{{/* Pods of the release that serve: all but the migration's. */}}
{{- define "spinegrade.rolePods" -}}
matchLabels:
  {{- include "spinegrade.selector" (dict "root" .) | nindent 2 }}
matchExpressions:
  - {key: app.kubernetes.io/component, operator: In, values: {{ include "spinegrade.roles" . }}}
{{- end -}}
