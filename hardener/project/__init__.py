"""What the files of a project say: manifests, lock files, compose and bake files; pure functions of `Files`.

Each reader returns None for what is not there or cannot be read, and a `Refusal` where a rule may want to say why.
"""
