"""What a Dockerfile means: stages, scopes and configuration, files, users and the process that starts."""
