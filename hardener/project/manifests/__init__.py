"""Kubernetes manifests: the containers of their workloads as rules see them."""
