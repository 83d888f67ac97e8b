"""What a client is asked for when it is ready: settings of each folder, and word of files that change."""

from __future__ import annotations

from lsprotocol import types

SECTION = "harden"
#: files that rules read: Dockerfiles, configuration, compose and bake files, manifests and lock files, start scripts
_NAMES = (
    "**/*{Dockerfile,Containerfile,dockerfile,containerfile}*",
    "**/{.harden,harden,pyproject}.toml",
    "**/*.{json,yaml,yml,toml,lock,hcl,txt,xml,mod,sum,gradle,kts,csproj,props,sh}",
    "**/{.dockerignore,.npmrc,.yarnrc,Gemfile,Pipfile,Procfile,go.work}",
)


def watch() -> types.RegistrationParams:
    """Return the request to be told of changes of files."""
    watchers = [types.FileSystemWatcher(pattern) for pattern in _NAMES]
    options = types.DidChangeWatchedFilesRegistrationOptions(watchers)
    return types.RegistrationParams(
        [types.Registration("harden-files", types.WORKSPACE_DID_CHANGE_WATCHED_FILES, options)]
    )


def follow_configuration() -> types.RegistrationParams:
    """Return the request to be told of changes of settings."""
    options = types.DidChangeConfigurationRegistrationOptions(section=SECTION)
    return types.RegistrationParams(
        [types.Registration("harden-settings", types.WORKSPACE_DID_CHANGE_CONFIGURATION, options)]
    )


def ask_settings(folders: list[str]) -> types.ConfigurationParams:
    """Return the question for the settings of the workspace, and of each folder by its URI."""
    items = [types.ConfigurationItem(section=SECTION)]
    items += [types.ConfigurationItem(scope_uri=uri, section=SECTION) for uri in folders]
    return types.ConfigurationParams(items)
