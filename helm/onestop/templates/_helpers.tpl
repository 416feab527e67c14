{{/* Name of everything: the release, or <release>-onestop when the release is called something else. */}}
{{- define "onestop.fullname" -}}
{{- if contains .Chart.Name .Release.Name }}{{ .Release.Name | trunc 40 | trimSuffix "-" }}
{{- else }}{{ printf "%s-%s" .Release.Name .Chart.Name | trunc 40 | trimSuffix "-" }}{{ end }}
{{- end }}

{{/* The components as JSON: components.yaml, with the operator's settings merged over the defaults under `settings`. */}}
{{- define "onestop.components" -}}
{{- $components := .Files.Get "components.yaml" | fromYaml -}}
{{- range $name, $component := $components -}}
{{- $settings := mergeOverwrite (deepCopy $.Values.defaults) (index $.Values.components $name) -}}
{{- $_ := set $component "settings" $settings -}}
{{- end -}}
{{- $components | toJson -}}
{{- end }}

{{/* The value at a dotted path. Arguments: root, path. */}}
{{- define "onestop.value" -}}
{{- $value := .root.Values -}}
{{- range splitList "." .path }}{{ $value = index $value . }}{{ end -}}
{{- $value -}}
{{- end }}

{{/* Name of an existing Secret: the one given, else <release>-<name in kebab case>. Arguments: root, name. */}}
{{- define "onestop.secret" -}}
{{- index .root.Values.secrets .name | default (printf "%s-%s" (include "onestop.fullname" .root) (kebabcase .name)) -}}
{{- end }}

{{- define "onestop.image" -}}
{{- $image := .Values.image -}}
{{- if $image.digest }}{{ $image.repository }}@{{ $image.digest }}
{{- else }}{{ $image.repository }}:{{ $image.tag | default .Chart.AppVersion }}{{ end -}}
{{- end }}

{{- define "onestop.serviceAccount" -}}
{{- .Values.serviceAccount.existing | default (include "onestop.fullname" .) -}}
{{- end }}

{{/* Labels that select a component's pods. Arguments: root, name. */}}
{{- define "onestop.selector" -}}
app.kubernetes.io/name: {{ .root.Chart.Name }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .name }}
{{- end }}

{{- define "onestop.labels" -}}
{{ include "onestop.selector" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ .root.Chart.Name }}-{{ .root.Chart.Version }}
{{- end }}

{{- define "onestop.podSecurity" -}}
runAsNonRoot: true
runAsUser: 10001
runAsGroup: 10001
fsGroup: 10001
fsGroupChangePolicy: OnRootMismatch
seccompProfile: {type: RuntimeDefault}
{{- end }}

{{- define "onestop.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: {drop: [ALL]}
{{- end }}
