"""What the manifests and lock files of a project say, by ecosystem: pure functions of the build context's `Files`.

Each reader returns None for what is not there or cannot be read, and a `Refusal` where a rule may want to say why.
"""
