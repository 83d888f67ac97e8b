"""Rules for Kubernetes manifests: one file a rule."""
