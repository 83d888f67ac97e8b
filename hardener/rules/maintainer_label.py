"""maintainer-label (HD112)."""

from __future__ import annotations

from hardener.errors import Refusal
from hardener.image.config import Effect
from hardener.rules.base import Rule, Safety
from hardener.syntax.dockerfile.nodes import Instruction, Label, Maintainer
from hardener.syntax.dockerfile.views import pairs

_MESSAGE = "MAINTAINER is deprecated"


class MaintainerLabel(Rule):
    """Name the maintainer in a LABEL.

    ## What it does
    `MAINTAINER` becomes `LABEL maintainer=`.

    ## Why
    MAINTAINER is deprecated, and BuildKit warns of it. Tools read the maintainer of an image from its labels.

    ## Example
    ```dockerfile
    FROM debian:trixie-slim
    MAINTAINER Jane Doe <jane@example.org>
    ```
    becomes
    ```dockerfile
    FROM debian:trixie-slim
    LABEL maintainer="Jane Doe <jane@example.org>"
    ```

    ## Fix safety
    Hardening: the name moves from the author field of the image to a label, and images that are built on this one
    inherit the label (P40). Quotes around the whole name, which MAINTAINER stores too, are removed.

    ## When it only reports
    - P40: the stage names a maintainer twice, or the name has characters that a LABEL would expand
    """

    code = "HD112"
    name = "maintainer-label"
    safety = Safety.HARDENING
    effects = frozenset({Effect.LABEL, Effect.OTHER})

    def leave_Maintainer(self, original: Maintainer, updated: Maintainer) -> Instruction:
        """Rewrite one MAINTAINER."""
        text = original.text.strip()
        value = text[1:-1].strip() if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'" else text
        if set(value) & set('"\\`$\n'):
            why = Refusal("P40", "a LABEL would read the name differently", "write LABEL maintainer= yourself")
            return self.report(original, updated, why, _MESSAGE)
        if self._is_labelled(original):
            why = Refusal("P40", "the stage names a maintainer twice", "keep one of them")
            return self.report(original, updated, why, _MESSAGE)
        new = self.model.style.words(Label, f'maintainer="{value}"')
        keyword = "label" if original.keyword.islower() else "LABEL"
        label = Label(updated.leading, updated.indent, keyword, updated.gap, (), new.arguments, updated.eol)
        return self.rewrite(original, updated, label, _MESSAGE)

    def _is_labelled(self, node: Maintainer) -> bool:
        stage = self.model.holder(node)
        others = stage.node.body if stage is not None else ()
        labels = (label for label in others if isinstance(label, Label))
        named = any(
            name.strip("\"'") == "maintainer" for label in labels for name, _ in pairs(label, self.model.escape)
        )
        return named or any(isinstance(other, Maintainer) and other is not node for other in others)
