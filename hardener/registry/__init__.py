"""From an image reference to the digest it names now, asked of real registries.

`resolve.resolve_many` and `resolve.latest_versions` answer for all references of a run, `download.download_sha256` for
a file that an ADD names; `model.RegistrySettings` says where and how long, `model.Unresolved` why there is no answer.
httpx is imported when the first request is sent.
"""
