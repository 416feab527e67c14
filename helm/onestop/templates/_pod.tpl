{{/* Pod template of one role of one component. Arguments: root, name, component, role. */}}
{{- define "onestop.pod" -}}
{{- $root := .root -}}
{{- $settings := .component.settings -}}
{{- $isGateway := eq .name "gateway" -}}
metadata:
  labels:
    {{- include "onestop.labels" . | nindent 4 }}
    onestop/role: {{ .role }}
  {{- with $settings.podAnnotations }}
  annotations: {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  serviceAccountName: {{ include "onestop.serviceAccount" $root }}
  automountServiceAccountToken: false
  enableServiceLinks: false
  terminationGracePeriodSeconds: {{ $root.Values.shutdown.graceSeconds }}
  securityContext: {{- include "onestop.podSecurity" $root | nindent 4 }}
  {{- with $root.Values.image.pullSecrets }}
  imagePullSecrets: {{- range . }}
    - name: {{ . }}
    {{- end }}
  {{- end }}
  {{- with $settings.priorityClassName }}
  priorityClassName: {{ . }}
  {{- end }}
  topologySpreadConstraints:
    {{- range list "topology.kubernetes.io/zone" "kubernetes.io/hostname" }}
    - maxSkew: 1
      topologyKey: {{ . }}
      whenUnsatisfiable: ScheduleAnyway
      labelSelector:
        matchLabels:
          {{- include "onestop.selector" $ | nindent 10 }}
          onestop/role: {{ $.role }}
      matchLabelKeys: [pod-template-hash]
    {{- end }}
  {{- range $key := list "nodeSelector" "tolerations" "affinity" }}
  {{- with index $settings $key }}
  {{ $key }}: {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- end }}
  containers:
    - name: {{ .name }}
      image: {{ include "onestop.image" $root }}
      imagePullPolicy: {{ $root.Values.image.pullPolicy }}
      args:
        - {{ .component.module }}
        {{- if not $isGateway }}
        - --role
        - {{ .role }}
        {{- end }}
      ports:
        - {name: {{ ternary "http" "grpc" $isGateway }}, containerPort: {{ .component.port }}}
        {{- if not $isGateway }}
        - {name: health, containerPort: 7900}
        {{- end }}
        {{- if $root.Values.metrics }}
        - {name: metrics, containerPort: 9090}
        {{- end }}
      env: {{- include "onestop.env" . | nindent 8 }}
      {{- if $isGateway }}
      startupProbe:
        httpGet: {path: /healthz, port: http}
        periodSeconds: 2
        failureThreshold: 30
      readinessProbe:
        # Its own health only: were it to ask the services, one that is down would take every gateway out of service.
        httpGet: {path: /healthz, port: http}
        periodSeconds: 5
        timeoutSeconds: 3
      livenessProbe:
        httpGet: {path: /healthz, port: http}
        periodSeconds: 10
        timeoutSeconds: 5
        failureThreshold: 6
      {{- else }}
      startupProbe:
        grpc: {port: 7900}
        periodSeconds: 2
        failureThreshold: 30
      readinessProbe:
        grpc: {port: 7900}
        periodSeconds: 5
        timeoutSeconds: 3
      livenessProbe:
        grpc: {port: 7900}
        periodSeconds: 10
        timeoutSeconds: 5
        failureThreshold: 6
      {{- end }}
      lifecycle:
        preStop:
          sleep: {seconds: {{ $root.Values.shutdown.preStopSeconds }}}
      resources: {{- toYaml $settings.resources | nindent 8 }}
      securityContext: {{- include "onestop.containerSecurity" $root | nindent 8 }}
      volumeMounts:
        - {name: tmp, mountPath: /tmp}
        {{- range include "onestop.mounts" . | fromJsonArray }}
        - {name: {{ .name }}, mountPath: {{ .path }}, readOnly: true}
        {{- end }}
  volumes:
    - name: tmp
      emptyDir: {sizeLimit: {{ $settings.tmpSize }}}
    {{- range include "onestop.mounts" . | fromJsonArray }}
    - name: {{ .name }}
      secret:
        secretName: {{ .secret }}
        defaultMode: 0440
        {{- with .keys }}
        items: {{- range . }}
          - {key: {{ . }}, path: {{ . }}}
          {{- end }}
        {{- end }}
    {{- end }}
{{- end }}

{{/* Existing Secrets a component mounts, as a JSON array of {name, secret, path, keys}. Arguments: root, name, component. */}}
{{- define "onestop.mounts" -}}
{{- $mounts := list -}}
{{- with .component.secrets -}}
{{- $secret := include "onestop.secret" (dict "root" $.root "name" $.name) -}}
{{- $mounts = append $mounts (dict "name" "secrets" "secret" $secret "path" "/etc/onestop/secrets" "keys" .) -}}
{{- end -}}
{{- with .root.Values.tls.existingSecret -}}
{{- $keys := list "tls.crt" "tls.key" "ca.crt" -}}
{{- $mounts = append $mounts (dict "name" "tls" "secret" . "path" "/etc/onestop/tls" "keys" $keys) -}}
{{- end -}}
{{- range .component.folders -}}
{{- $secret := include "onestop.secret" (dict "root" $.root "name" .secret) -}}
{{- if ne $secret "none" -}}
{{- $name := kebabcase .secret -}}
{{- $mounts = append $mounts (dict "name" $name "secret" $secret "path" (printf "/etc/onestop/%s" $name)) -}}
{{- end -}}
{{- end -}}
{{- $mounts | toJson -}}
{{- end }}

{{/* Environment of a component. Arguments: root, name, component. */}}
{{- define "onestop.env" -}}
{{- $root := .root -}}
- {name: ONESTOP_LISTEN, value: "0.0.0.0:{{ .component.port }}"}
{{- if ne .name "gateway" }}
- {name: ONESTOP_HEALTH_LISTEN, value: "0.0.0.0:7900"}
{{- end }}
- {name: ONESTOP_LOG_LEVEL, value: {{ $root.Values.logLevel | quote }}}
{{- if $root.Values.metrics }}
- {name: ONESTOP_METRICS_LISTEN, value: "0.0.0.0:9090"}
{{- end }}
{{- if .component.secrets }}
- {name: ONESTOP_SECRETS_DIR, value: /etc/onestop/secrets}
{{- end }}
{{- if $root.Values.tls.existingSecret }}
- {name: ONESTOP_TLS_DIR, value: /etc/onestop/tls}
{{- end }}
{{- $components := .root.Files.Get "components.yaml" | fromYaml }}
{{- range .component.calls }}
- name: ONESTOP_{{ upper . }}_TARGET
  value: dns:///{{ include "onestop.fullname" $root }}-{{ . }}:{{ (index $components .).port }}
{{- end }}
{{- range $variable, $path := .component.env }}
- {name: {{ $variable }}, value: {{ include "onestop.value" (dict "root" $root "path" $path) | quote }}}
{{- end }}
{{- range .component.folders }}
{{- if ne (include "onestop.secret" (dict "root" $root "name" .secret)) "none" }}
- name: {{ .variable }}
  value: /etc/onestop/{{ kebabcase .secret }}{{ with .file }}/{{ . }}{{ end }}
{{- end }}
{{- end }}
{{- with .component.settings.extraEnv }}
{{ toYaml . }}
{{- end }}
{{- end }}
