"""The rules in the order in which they run: the fields of `Listed`.

Made from the rules by `python -m hardener.rules`; do not edit.
"""

from __future__ import annotations

ROWS: tuple[tuple[str, str, bool, bool, str, str, str], ...] = (
    ("HD106", "use-copy", False, False, "use_copy", "UseCopy", "Add"),
    ("HD109", "platform-args", False, False, "platform_args", "PlatformArgs", "Arg"),
    ("HD110", "legacy-env", False, False, "legacy_env", "LegacyEnv", "Env Label"),
    ("HD111", "absolute-workdir", False, False, "absolute_workdir", "AbsoluteWorkdir", "Workdir"),
    ("HD112", "maintainer-label", False, False, "maintainer_label", "MaintainerLabel", "Maintainer"),
    ("HD113", "apt-get", False, False, "apt_get", "AptGet", "Run"),
    ("HD204", "healthcheck", False, False, "healthcheck.rule", "Healthcheck", "Add Copy"),
    ("HD401", "copy-manifests-first", False, False, "copy_manifests_first.rule", "CopyManifestsFirst", "Add Copy"),
    ("HD304", "replace-latest", False, True, "pins.replace_latest", "ReplaceLatest", "Arg Copy From Run"),
    ("HD308", "pipe-to-shell", False, False, "pipe_to_shell", "PipeToShell", "Run"),
    ("HD402", "locked-install", False, False, "locked_install.rule", "LockedInstall", "Run"),
    ("HD403", "split-stages", False, False, "split_stages.rule", "SplitStages", "Run"),
    ("HD306", "slim-base", False, True, "slim_base.rule", "SlimBase", "Stage"),
    ("HD405", "omit-build-packages", False, False, "omit_build_packages.rule", "OmitBuildPackages", "Run"),
    ("HD103", "no-install-recommends", False, False, "no_install_recommends.rule", "NoInstallRecommends", "Run"),
    ("HD101", "merge-run", False, False, "merge_run.rule", "MergeRun", "Run"),
    ("HD206", "start-without-npm", False, False, "start_without_npm.rule", "StartWithoutNpm", "Cmd"),
    ("HD305", "add-checksum", True, True, "add_checksum", "AddChecksum", "Add"),
    ("HD404", "cache-mount", True, False, "cache_mount.rule", "CacheMount", "Run"),
    ("HD102", "clean-package-cache", False, False, "clean_package_cache", "CleanPackageCache", "Run"),
    ("HD104", "no-cache-dir", False, False, "no_cache_dir", "NoCacheDir", "Run"),
    ("HD107", "join-installs", False, False, "join_installs", "JoinInstalls", "Run"),
    ("HD105", "copy-chmod-chown", False, False, "copy_chmod_chown.rule", "CopyChmodChown", "Copy"),
    ("HD201", "exec-form", False, False, "exec_form.rule", "ExecFormRule", "Cmd Entrypoint Healthcheck"),
    ("HD202", "add-init", False, False, "add_init.rule", "AddInit", "Stage"),
    ("HD205", "jvm-memory", False, False, "jvm_memory.rule", "JvmMemory", "Stage"),
    ("HD203", "add-user", False, False, "add_user.rule", "AddUser", "Stage"),
    ("HD301", "pin-base-digest", False, True, "pins.pin_base_digest", "PinBaseDigest", "Arg Copy From Run"),
    ("HD302", "pin-copied-image", False, True, "pins.pin_copied_image", "PinCopiedImage", "Arg Copy From Run"),
    ("HD406", "install-before-copy", False, False, "install_before_copy.rule", "InstallBeforeCopy", "Add Copy"),
    ("HD303", "pin-frontend", True, True, "pins.pin_frontend", "PinFrontend", "Dockerfile"),
    ("HD307", "update-pin", True, True, "pins.update_pin", "UpdatePin", "Arg Copy Dockerfile From Run"),
)
