"""Whole schemes side by side: scenarios laid over a scheme, and what changed between two inputs."""
