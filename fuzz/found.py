"""What was found and is fixed: one input of each kind, tried again by `tests/test_fuzz.py`."""

from __future__ import annotations

from typing import NamedTuple


class Fixed(NamedTuple):
    """A fault that was found by a target and is no more."""

    target: str
    text: str
    what: str


FIXED = (
    Fixed("parser", "FROM a\nRUN ${} <<O\n", "a heredoc on a line that BuildKit cannot split into words"),
    Fixed("parser", 'FROM a\nRUN "${" <<O\n', "the same behind a variable that never ends"),
    Fixed("parser", "FROM a\nRUN <<\ufeffE\nx\nE\n", "a byte order mark before the name of a heredoc"),
    Fixed("parser", "ONBUILD \xa0LABEL a", "a no-break space after a keyword and a blank"),
    Fixed("shell", ">2>1", "the number of a redirection read as the file of the one before"),
    Fixed("shell", "if];then l;fi", "a reserved word that is only the beginning of a word"),
    Fixed("shell", "for b;do<(a)b;done", "a reserved word with a process substitution in the same word"),
    Fixed(
        "rules",
        'FROM alpine:3\nRUN s\nWORKDIR /root\nCOPY a b\nRUN apk add --no-cache tini\nCMD ["./server"]\n',
        "an installation that moves out of the folder of a program that no step brings",
    ),
    Fixed("shell", "a;{ }", "a compound command without commands"),
    Fixed("shell", "($((2))(2))", "a parenthesis behind an expansion"),
    Fixed("shell", ">\n$((1))", "the target of a redirection in the next line"),
    Fixed("shell", "{'';}>i", "a brace that is only the beginning of a word"),
    Fixed("shell", "}\t}", "two braces read as one word"),
    Fixed("shell", "{ a;}#", "a brace that closes a group and is only the beginning of a word"),
    Fixed("yaml", "s:\n \x85\U000a42c9i:\n  n", "a character that ends a line for some readers of YAML alone"),
    Fixed("parser", 'FROM a\nCOPY a <<${n: }"<"\n', "a blank in a variable behind <<"),
    Fixed("parser", "FROM a\nRUN <<$${", "a heredoc behind the variable `$$`"),
    Fixed("shell", "case x iny)esac", "the beginning of a word read as the `in` of a case"),
    Fixed("shell", "<#\nx", "a comment in the place of a redirection's target"),
    Fixed("shell", '[]#"', "a number sign inside of a word read as a comment"),
    Fixed("rules", 'FROM a\nCOPY x <<p"]\n', "a quote behind << that does not end: it was read for ever"),
    Fixed("parser", "\n\ufeff\\\n\xa0\x0b[", "a keyword whose continued part is a no-break space"),
    Fixed("parser", "FROM a\nCOPY <<${n:t}", "a heredoc by the name of a variable with a modifier that nobody knows"),
    Fixed(
        "rules", 'FROM golang:2\nRUN apt-get update\nCMD ["/a"]\n', "a letter of a command taken for a program's name"
    ),
)
