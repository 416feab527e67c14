{{/* Refuses what cannot work, all of it at once, before anything is rendered. */}}
{{- define "onestop.checks" -}}
{{- $wrong := list -}}
{{- if semverCompare "<4.0.0-0" .Capabilities.HelmVersion.Version -}}
{{- $wrong = append $wrong "Helm 4 is needed: older ones reset the replicas of a Deployment that is autoscaled" -}}
{{- end -}}
{{- range $path := list "publicUrl" "s3.url" "clamd" "registers.populationUrl" "registers.businessUrl" "registers.xroadClient" "registers.agency" "vnpay.url" "vnpay.tmnCode" "axis.url" -}}
{{- if not (include "onestop.value" (dict "root" $ "path" $path)) -}}
{{- $wrong = append $wrong (printf "%s must be set" $path) -}}
{{- end -}}
{{- end -}}
{{- if not (or .Values.tls.existingSecret .Values.tls.insecure) -}}
{{- $wrong = append $wrong "tls.existingSecret must be set (or tls.insecure, for a trial)" -}}
{{- end -}}
{{- if lt (int .Values.shutdown.graceSeconds) (add .Values.shutdown.preStopSeconds 25 | int) -}}
{{- $wrong = append $wrong "shutdown.graceSeconds must be at least preStopSeconds + 25: draining takes up to 20 s" -}}
{{- end -}}
{{- if and .Values.mail.host (not .Values.mail.from) -}}
{{- $wrong = append $wrong "mail.from must be set where mail.host is" -}}
{{- end -}}
{{- if and .Values.httpRoute.enabled (not .Values.httpRoute.parentRefs) -}}
{{- $wrong = append $wrong "httpRoute.parentRefs must name a Gateway" -}}
{{- end -}}
{{- range $name, $component := include "onestop.components" . | fromJson -}}
{{- if and (eq $name "gateway") (ne (join "," $component.settings.roles) "all") -}}
{{- $wrong = append $wrong "components.gateway.roles: the gateway has no roles but all" -}}
{{- end -}}
{{- if and (has "all" $component.settings.roles) (gt (len $component.settings.roles) 1) -}}
{{- $wrong = append $wrong (printf "components.%s.roles: all goes with no other role" $name) -}}
{{- end -}}
{{- end -}}
{{- if $wrong -}}{{ fail (printf "\n\nThis cannot be installed:\n- %s\n" (join "\n- " $wrong)) }}{{- end -}}
{{- end }}

{{/*
Refuses to drop `replicas` from a live Deployment while Helm is the only one that owns the field: the API server would
reset it to 1. Arguments: root, name (of the Deployment).
*/}}
{{- define "onestop.checkHandover" -}}
{{- $live := lookup "apps/v1" "Deployment" .root.Release.Namespace .name -}}
{{- if $live -}}
{{- $owners := list -}}
{{- range $live.metadata.managedFields -}}
{{- if and (ne .manager "helm") (hasKey (dig "f:spec" (dict) .fieldsV1) "f:replicas") -}}
{{- $owners = append $owners .manager -}}
{{- end -}}
{{- end -}}
{{- if and (not $owners) (gt (int $live.spec.replicas) 1) -}}
{{- fail (printf "\n\nSwitching autoscaling on would scale Deployment %s from %d to 1. Hand its replicas over first, then run this again:\n\n  kubectl apply -n %s --server-side --field-manager=onestop-handover -f - <<'EOF'\n  {apiVersion: apps/v1, kind: Deployment, metadata: {name: %s}, spec: {replicas: %d}}\n  EOF\n" .name (int $live.spec.replicas) .root.Release.Namespace .name (int $live.spec.replicas)) -}}
{{- end -}}
{{- end -}}
{{- end }}
