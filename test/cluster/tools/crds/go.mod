// Pins the modules whose files hold the CRDs; nothing here is compiled, so the requirements need not agree.
module bulkhead.dev/cluster/crds

go 1.26.0

require (
	github.com/argoproj/argo-cd/v3 v3.6.1
	github.com/cert-manager/cert-manager v1.21.2
	github.com/external-secrets/external-secrets v1.3.2
	github.com/fluxcd/flagger v1.36.1
	github.com/fluxcd/kustomize-controller v1.9.6
	github.com/fluxcd/source-controller v1.9.6
	istio.io/api v1.30.3
	sigs.k8s.io/gateway-api v1.6.0
)
