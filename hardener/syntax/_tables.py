"""LALR(1) tables of grammar/dockerfile.lark: made by `python -m hardener.syntax.generate`."""

# fmt: off
RULES: tuple[tuple[str, int, str], ...] = (
    ("dockerfile", 5, "dockerfile"),
    ("bom", 1, "bom"),
    ("bom", 0, "no_bom"),
    ("header", 1, "header"),
    ("header", 0, "header"),
    ("directive", 1, "directive"),
    ("preamble", 1, "preamble"),
    ("preamble", 0, "preamble"),
    ("stages", 1, "stages"),
    ("stages", 0, "stages"),
    ("stage", 3, "stage"),
    ("body", 1, "body"),
    ("body", 0, "body"),
    ("footer", 2, "footer"),
    ("footer", 1, "footer"),
    ("footer", 0, "no_footer"),
    ("leading", 1, "leading"),
    ("leading", 0, "leading"),
    ("trivia", 1, "1"),
    ("trivia", 1, "1"),
    ("comment", 1, "comment"),
    ("blank_line", 1, "blank_line"),
    ("instruction", 1, "1"),
    ("instruction", 1, "1"),
    ("instruction", 1, "1"),
    ("instruction", 1, "1"),
    ("instruction", 1, "1"),
    ("instruction", 1, "1"),
    ("instruction", 1, "1"),
    ("instruction", 1, "1"),
    ("instruction", 1, "1"),
    ("instruction", 1, "1"),
    ("instruction", 1, "1"),
    ("instruction", 1, "1"),
    ("instruction", 1, "1"),
    ("instruction", 1, "1"),
    ("instruction", 1, "1"),
    ("instruction", 1, "1"),
    ("instruction", 1, "1"),
    ("instruction", 1, "1"),
    ("from_", 7, "from_"),
    ("run", 8, "run"),
    ("cmd", 7, "cmd"),
    ("entrypoint", 7, "entrypoint"),
    ("copy", 8, "copy"),
    ("add", 8, "add"),
    ("env", 7, "env"),
    ("arg", 7, "arg"),
    ("label", 7, "label"),
    ("expose", 7, "expose"),
    ("user", 7, "user"),
    ("workdir", 7, "workdir"),
    ("volume", 7, "volume"),
    ("shell", 7, "shell"),
    ("stop_signal", 7, "stop_signal"),
    ("healthcheck", 7, "healthcheck"),
    ("maintainer", 7, "maintainer"),
    ("unknown", 7, "unknown"),
    ("onbuild", 8, "onbuild"),
    ("flags", 1, "flags"),
    ("flags", 0, "flags"),
    ("flag", 2, "flag"),
    ("arguments", 1, "1"),
    ("arguments", 1, "1"),
    ("arguments", 1, "1"),
    ("arguments", 1, "1"),
    ("arguments", 1, "1"),
    ("exec_form", 1, "exec_form"),
    ("shell_form", 1, "shell_form"),
    ("words", 1, "words"),
    ("probe", 3, "probe"),
    ("probe_form", 1, "1"),
    ("probe_form", 1, "1"),
    ("trigger", 4, "trigger"),
    ("trigger_arguments", 1, "1"),
    ("trigger_arguments", 1, "1"),
    ("trigger_arguments", 1, "1"),
    ("trigger_arguments", 1, "1"),
    ("heredocs", 1, "heredocs"),
    ("heredocs", 0, "heredocs"),
    ("heredoc", 2, "heredoc"),
    ("__header_star_0", 1, "*"),
    ("__header_star_0", 2, "*"),
    ("__preamble_star_1", 1, "*"),
    ("__preamble_star_1", 2, "*"),
    ("__stages_star_2", 1, "*"),
    ("__stages_star_2", 2, "*"),
    ("__footer_star_3", 1, "*"),
    ("__footer_star_3", 2, "*"),
    ("__flags_star_4", 1, "*"),
    ("__flags_star_4", 2, "*"),
    ("__heredocs_star_5", 1, "*"),
    ("__heredocs_star_5", 2, "*"),
)
STATES: tuple[dict[str, int], ...] = (
    {"$END": -3, "BLANK": -3, "BOM": 1, "COMMENT": -3, "DIRECTIVE": -3, "INDENT": -3, "_END": -3, "_STAGE": -3, "bom": 2, "dockerfile": 3},  # noqa: E501
    {"$END": -2, "BLANK": -2, "COMMENT": -2, "DIRECTIVE": -2, "INDENT": -2, "_END": -2, "_STAGE": -2},  # noqa: E501
    {"$END": -5, "BLANK": -5, "COMMENT": -5, "DIRECTIVE": 4, "INDENT": -5, "_END": -5, "_STAGE": -5, "__header_star_0": 5, "directive": 6, "header": 7},  # noqa: E501
    {},  # noqa: E501
    {"$END": -6, "BLANK": -6, "COMMENT": -6, "DIRECTIVE": -6, "INDENT": -6, "_END": -6, "_STAGE": -6},  # noqa: E501
    {"$END": -4, "BLANK": -4, "COMMENT": -4, "DIRECTIVE": 4, "INDENT": -4, "_END": -4, "_STAGE": -4, "directive": 8},  # noqa: E501
    {"$END": -82, "BLANK": -82, "COMMENT": -82, "DIRECTIVE": -82, "INDENT": -82, "_END": -82, "_STAGE": -82},  # noqa: E501
    {"$END": -8, "BLANK": 9, "COMMENT": 10, "INDENT": -18, "_END": -8, "_STAGE": -8, "__footer_star_3": 11, "__preamble_star_1": 12, "add": 13, "arg": 14, "blank_line": 15, "cmd": 16, "comment": 17, "copy": 18, "entrypoint": 19, "env": 20, "expose": 21, "healthcheck": 22, "instruction": 23, "label": 24, "leading": 25, "maintainer": 26, "onbuild": 27, "preamble": 28, "run": 29, "shell": 30, "stop_signal": 31, "trivia": 32, "unknown": 33, "user": 34, "volume": 35, "workdir": 36},  # noqa: E501
    {"$END": -83, "BLANK": -83, "COMMENT": -83, "DIRECTIVE": -83, "INDENT": -83, "_END": -83, "_STAGE": -83},  # noqa: E501
    {"$END": -22, "BLANK": -22, "COMMENT": -22, "INDENT": -22},  # noqa: E501
    {"$END": -21, "BLANK": -21, "COMMENT": -21, "INDENT": -21},  # noqa: E501
    {"BLANK": 9, "COMMENT": 10, "INDENT": -17, "blank_line": 15, "comment": 17, "trivia": 37},  # noqa: E501
    {"$END": -7, "BLANK": 9, "COMMENT": 10, "INDENT": -18, "_END": -7, "_STAGE": -7, "__footer_star_3": 11, "add": 13, "arg": 14, "blank_line": 15, "cmd": 16, "comment": 17, "copy": 18, "entrypoint": 19, "env": 20, "expose": 21, "healthcheck": 22, "instruction": 38, "label": 24, "leading": 25, "maintainer": 26, "onbuild": 27, "run": 29, "shell": 30, "stop_signal": 31, "trivia": 32, "unknown": 33, "user": 34, "volume": 35, "workdir": 36},  # noqa: E501
    {"$END": -27, "BLANK": -27, "COMMENT": -27, "INDENT": -27, "_END": -27, "_STAGE": -27},  # noqa: E501
    {"$END": -29, "BLANK": -29, "COMMENT": -29, "INDENT": -29, "_END": -29, "_STAGE": -29},  # noqa: E501
    {"$END": -20, "BLANK": -20, "COMMENT": -20, "INDENT": -20},  # noqa: E501
    {"$END": -24, "BLANK": -24, "COMMENT": -24, "INDENT": -24, "_END": -24, "_STAGE": -24},  # noqa: E501
    {"$END": -19, "BLANK": -19, "COMMENT": -19, "INDENT": -19},  # noqa: E501
    {"$END": -26, "BLANK": -26, "COMMENT": -26, "INDENT": -26, "_END": -26, "_STAGE": -26},  # noqa: E501
    {"$END": -25, "BLANK": -25, "COMMENT": -25, "INDENT": -25, "_END": -25, "_STAGE": -25},  # noqa: E501
    {"$END": -28, "BLANK": -28, "COMMENT": -28, "INDENT": -28, "_END": -28, "_STAGE": -28},  # noqa: E501
    {"$END": -31, "BLANK": -31, "COMMENT": -31, "INDENT": -31, "_END": -31, "_STAGE": -31},  # noqa: E501
    {"$END": -37, "BLANK": -37, "COMMENT": -37, "INDENT": -37, "_END": -37, "_STAGE": -37},  # noqa: E501
    {"$END": -84, "BLANK": -84, "COMMENT": -84, "INDENT": -84, "_END": -84, "_STAGE": -84},  # noqa: E501
    {"$END": -30, "BLANK": -30, "COMMENT": -30, "INDENT": -30, "_END": -30, "_STAGE": -30},  # noqa: E501
    {"INDENT": 39},  # noqa: E501
    {"$END": -39, "BLANK": -39, "COMMENT": -39, "INDENT": -39, "_END": -39, "_STAGE": -39},  # noqa: E501
    {"$END": -38, "BLANK": -38, "COMMENT": -38, "INDENT": -38, "_END": -38, "_STAGE": -38},  # noqa: E501
    {"$END": -10, "_END": -10, "_STAGE": 40, "__stages_star_2": 41, "stage": 42, "stages": 43},  # noqa: E501
    {"$END": -23, "BLANK": -23, "COMMENT": -23, "INDENT": -23, "_END": -23, "_STAGE": -23},  # noqa: E501
    {"$END": -35, "BLANK": -35, "COMMENT": -35, "INDENT": -35, "_END": -35, "_STAGE": -35},  # noqa: E501
    {"$END": -36, "BLANK": -36, "COMMENT": -36, "INDENT": -36, "_END": -36, "_STAGE": -36},  # noqa: E501
    {"$END": -88, "BLANK": -88, "COMMENT": -88, "INDENT": -88},  # noqa: E501
    {"$END": -40, "BLANK": -40, "COMMENT": -40, "INDENT": -40, "_END": -40, "_STAGE": -40},  # noqa: E501
    {"$END": -32, "BLANK": -32, "COMMENT": -32, "INDENT": -32, "_END": -32, "_STAGE": -32},  # noqa: E501
    {"$END": -34, "BLANK": -34, "COMMENT": -34, "INDENT": -34, "_END": -34, "_STAGE": -34},  # noqa: E501
    {"$END": -33, "BLANK": -33, "COMMENT": -33, "INDENT": -33, "_END": -33, "_STAGE": -33},  # noqa: E501
    {"$END": -89, "BLANK": -89, "COMMENT": -89, "INDENT": -89},  # noqa: E501
    {"$END": -85, "BLANK": -85, "COMMENT": -85, "INDENT": -85, "_END": -85, "_STAGE": -85},  # noqa: E501
    {"ADD": 44, "ARG": 45, "CMD": 46, "COPY": 47, "ENTRYPOINT": 48, "ENV": 49, "EXPOSE": 50, "HEALTHCHECK": 51, "LABEL": 52, "MAINTAINER": 53, "ONBUILD": 54, "RUN": 55, "SHELL": 56, "STOPSIGNAL": 57, "UNKNOWN": 58, "USER": 59, "VOLUME": 60, "WORKDIR": 61},  # noqa: E501
    {"BLANK": 9, "COMMENT": 10, "INDENT": -18, "__footer_star_3": 11, "blank_line": 15, "comment": 17, "from_": 62, "leading": 63, "trivia": 32},  # noqa: E501
    {"$END": -9, "_END": -9, "_STAGE": 40, "stage": 64},  # noqa: E501
    {"$END": -86, "_END": -86, "_STAGE": -86},  # noqa: E501
    {"$END": -16, "_END": 65, "footer": 66},  # noqa: E501
    {"GAP": 67},  # noqa: E501
    {"GAP": 68},  # noqa: E501
    {"GAP": 69},  # noqa: E501
    {"GAP": 70},  # noqa: E501
    {"GAP": 71},  # noqa: E501
    {"GAP": 72},  # noqa: E501
    {"GAP": 73},  # noqa: E501
    {"GAP": 74},  # noqa: E501
    {"GAP": 75},  # noqa: E501
    {"GAP": 76},  # noqa: E501
    {"GAP": 77},  # noqa: E501
    {"GAP": 78},  # noqa: E501
    {"GAP": 79},  # noqa: E501
    {"GAP": 80},  # noqa: E501
    {"GAP": 81},  # noqa: E501
    {"GAP": 82},  # noqa: E501
    {"GAP": 83},  # noqa: E501
    {"GAP": 84},  # noqa: E501
    {"$END": -13, "BLANK": 9, "COMMENT": 10, "INDENT": -18, "_END": -13, "_STAGE": -13, "__footer_star_3": 11, "__preamble_star_1": 85, "add": 13, "arg": 14, "blank_line": 15, "body": 86, "cmd": 16, "comment": 17, "copy": 18, "entrypoint": 19, "env": 20, "expose": 21, "healthcheck": 22, "instruction": 23, "label": 24, "leading": 25, "maintainer": 26, "onbuild": 27, "run": 29, "shell": 30, "stop_signal": 31, "trivia": 32, "unknown": 33, "user": 34, "volume": 35, "workdir": 36},  # noqa: E501
    {"INDENT": 87},  # noqa: E501
    {"$END": -87, "_END": -87, "_STAGE": -87},  # noqa: E501
    {"$END": -15, "BLANK": 9, "COMMENT": 10, "__footer_star_3": 88, "blank_line": 15, "comment": 17, "trivia": 32},  # noqa: E501
    {"$END": -1},  # noqa: E501
    {"EXEC_FORM": -61, "FLAG": 89, "PROBE_KIND": -61, "SHELL_FORM": -61, "TRIGGER": -61, "WORDS": -61, "__flags_star_4": 90, "flag": 91, "flags": 92},  # noqa: E501
    {"EXEC_FORM": -61, "FLAG": 89, "PROBE_KIND": -61, "SHELL_FORM": -61, "TRIGGER": -61, "WORDS": -61, "__flags_star_4": 90, "flag": 91, "flags": 93},  # noqa: E501
    {"EXEC_FORM": -61, "FLAG": 89, "PROBE_KIND": -61, "SHELL_FORM": -61, "TRIGGER": -61, "WORDS": -61, "__flags_star_4": 90, "flag": 91, "flags": 94},  # noqa: E501
    {"EXEC_FORM": -61, "FLAG": 89, "PROBE_KIND": -61, "SHELL_FORM": -61, "TRIGGER": -61, "WORDS": -61, "__flags_star_4": 90, "flag": 91, "flags": 95},  # noqa: E501
    {"EXEC_FORM": -61, "FLAG": 89, "PROBE_KIND": -61, "SHELL_FORM": -61, "TRIGGER": -61, "WORDS": -61, "__flags_star_4": 90, "flag": 91, "flags": 96},  # noqa: E501
    {"EXEC_FORM": -61, "FLAG": 89, "PROBE_KIND": -61, "SHELL_FORM": -61, "TRIGGER": -61, "WORDS": -61, "__flags_star_4": 90, "flag": 91, "flags": 97},  # noqa: E501
    {"EXEC_FORM": -61, "FLAG": 89, "PROBE_KIND": -61, "SHELL_FORM": -61, "TRIGGER": -61, "WORDS": -61, "__flags_star_4": 90, "flag": 91, "flags": 98},  # noqa: E501
    {"EXEC_FORM": -61, "FLAG": 89, "PROBE_KIND": -61, "SHELL_FORM": -61, "TRIGGER": -61, "WORDS": -61, "__flags_star_4": 90, "flag": 91, "flags": 99},  # noqa: E501
    {"EXEC_FORM": -61, "FLAG": 89, "PROBE_KIND": -61, "SHELL_FORM": -61, "TRIGGER": -61, "WORDS": -61, "__flags_star_4": 90, "flag": 91, "flags": 100},  # noqa: E501
    {"EXEC_FORM": -61, "FLAG": 89, "PROBE_KIND": -61, "SHELL_FORM": -61, "TRIGGER": -61, "WORDS": -61, "__flags_star_4": 90, "flag": 91, "flags": 101},  # noqa: E501
    {"EXEC_FORM": -61, "FLAG": 89, "PROBE_KIND": -61, "SHELL_FORM": -61, "TRIGGER": -61, "WORDS": -61, "__flags_star_4": 90, "flag": 91, "flags": 102},  # noqa: E501
    {"EXEC_FORM": -61, "FLAG": 89, "PROBE_KIND": -61, "SHELL_FORM": -61, "TRIGGER": -61, "WORDS": -61, "__flags_star_4": 90, "flag": 91, "flags": 103},  # noqa: E501
    {"EXEC_FORM": -61, "FLAG": 89, "PROBE_KIND": -61, "SHELL_FORM": -61, "TRIGGER": -61, "WORDS": -61, "__flags_star_4": 90, "flag": 91, "flags": 104},  # noqa: E501
    {"EXEC_FORM": -61, "FLAG": 89, "PROBE_KIND": -61, "SHELL_FORM": -61, "TRIGGER": -61, "WORDS": -61, "__flags_star_4": 90, "flag": 91, "flags": 105},  # noqa: E501
    {"EXEC_FORM": -61, "FLAG": 89, "PROBE_KIND": -61, "SHELL_FORM": -61, "TRIGGER": -61, "WORDS": -61, "__flags_star_4": 90, "flag": 91, "flags": 106},  # noqa: E501
    {"EXEC_FORM": -61, "FLAG": 89, "PROBE_KIND": -61, "SHELL_FORM": -61, "TRIGGER": -61, "WORDS": -61, "__flags_star_4": 90, "flag": 91, "flags": 107},  # noqa: E501
    {"EXEC_FORM": -61, "FLAG": 89, "PROBE_KIND": -61, "SHELL_FORM": -61, "TRIGGER": -61, "WORDS": -61, "__flags_star_4": 90, "flag": 91, "flags": 108},  # noqa: E501
    {"EXEC_FORM": -61, "FLAG": 89, "PROBE_KIND": -61, "SHELL_FORM": -61, "TRIGGER": -61, "WORDS": -61, "__flags_star_4": 90, "flag": 91, "flags": 109},  # noqa: E501
    {"$END": -12, "BLANK": 9, "COMMENT": 10, "INDENT": -18, "_END": -12, "_STAGE": -12, "__footer_star_3": 11, "add": 13, "arg": 14, "blank_line": 15, "cmd": 16, "comment": 17, "copy": 18, "entrypoint": 19, "env": 20, "expose": 21, "healthcheck": 22, "instruction": 38, "label": 24, "leading": 25, "maintainer": 26, "onbuild": 27, "run": 29, "shell": 30, "stop_signal": 31, "trivia": 32, "unknown": 33, "user": 34, "volume": 35, "workdir": 36},  # noqa: E501
    {"$END": -11, "_END": -11, "_STAGE": -11},  # noqa: E501
    {"FROM": 110},  # noqa: E501
    {"$END": -14, "BLANK": 9, "COMMENT": 10, "blank_line": 15, "comment": 17, "trivia": 37},  # noqa: E501
    {"GAP": 111},  # noqa: E501
    {"EXEC_FORM": -60, "FLAG": 89, "PROBE_KIND": -60, "SHELL_FORM": -60, "TRIGGER": -60, "WORDS": -60, "flag": 112},  # noqa: E501
    {"EXEC_FORM": -90, "FLAG": -90, "PROBE_KIND": -90, "SHELL_FORM": -90, "TRIGGER": -90, "WORDS": -90},  # noqa: E501
    {"EXEC_FORM": 113, "PROBE_KIND": 114, "SHELL_FORM": 115, "TRIGGER": 116, "WORDS": 117, "arguments": 118, "exec_form": 119, "probe": 120, "shell_form": 121, "trigger": 122, "words": 123},  # noqa: E501
    {"EXEC_FORM": 113, "PROBE_KIND": 114, "SHELL_FORM": 115, "TRIGGER": 116, "WORDS": 117, "arguments": 124, "exec_form": 119, "probe": 120, "shell_form": 121, "trigger": 122, "words": 123},  # noqa: E501
    {"EXEC_FORM": 113, "PROBE_KIND": 114, "SHELL_FORM": 115, "TRIGGER": 116, "WORDS": 117, "arguments": 125, "exec_form": 119, "probe": 120, "shell_form": 121, "trigger": 122, "words": 123},  # noqa: E501
    {"EXEC_FORM": 113, "PROBE_KIND": 114, "SHELL_FORM": 115, "TRIGGER": 116, "WORDS": 117, "arguments": 126, "exec_form": 119, "probe": 120, "shell_form": 121, "trigger": 122, "words": 123},  # noqa: E501
    {"EXEC_FORM": 113, "PROBE_KIND": 114, "SHELL_FORM": 115, "TRIGGER": 116, "WORDS": 117, "arguments": 127, "exec_form": 119, "probe": 120, "shell_form": 121, "trigger": 122, "words": 123},  # noqa: E501
    {"EXEC_FORM": 113, "PROBE_KIND": 114, "SHELL_FORM": 115, "TRIGGER": 116, "WORDS": 117, "arguments": 128, "exec_form": 119, "probe": 120, "shell_form": 121, "trigger": 122, "words": 123},  # noqa: E501
    {"EXEC_FORM": 113, "PROBE_KIND": 114, "SHELL_FORM": 115, "TRIGGER": 116, "WORDS": 117, "arguments": 129, "exec_form": 119, "probe": 120, "shell_form": 121, "trigger": 122, "words": 123},  # noqa: E501
    {"EXEC_FORM": 113, "PROBE_KIND": 114, "SHELL_FORM": 115, "TRIGGER": 116, "WORDS": 117, "arguments": 130, "exec_form": 119, "probe": 120, "shell_form": 121, "trigger": 122, "words": 123},  # noqa: E501
    {"EXEC_FORM": 113, "PROBE_KIND": 114, "SHELL_FORM": 115, "TRIGGER": 116, "WORDS": 117, "arguments": 131, "exec_form": 119, "probe": 120, "shell_form": 121, "trigger": 122, "words": 123},  # noqa: E501
    {"EXEC_FORM": 113, "PROBE_KIND": 114, "SHELL_FORM": 115, "TRIGGER": 116, "WORDS": 117, "arguments": 132, "exec_form": 119, "probe": 120, "shell_form": 121, "trigger": 122, "words": 123},  # noqa: E501
    {"EXEC_FORM": 113, "PROBE_KIND": 114, "SHELL_FORM": 115, "TRIGGER": 116, "WORDS": 117, "arguments": 133, "exec_form": 119, "probe": 120, "shell_form": 121, "trigger": 122, "words": 123},  # noqa: E501
    {"EXEC_FORM": 113, "PROBE_KIND": 114, "SHELL_FORM": 115, "TRIGGER": 116, "WORDS": 117, "arguments": 134, "exec_form": 119, "probe": 120, "shell_form": 121, "trigger": 122, "words": 123},  # noqa: E501
    {"EXEC_FORM": 113, "PROBE_KIND": 114, "SHELL_FORM": 115, "TRIGGER": 116, "WORDS": 117, "arguments": 135, "exec_form": 119, "probe": 120, "shell_form": 121, "trigger": 122, "words": 123},  # noqa: E501
    {"EXEC_FORM": 113, "PROBE_KIND": 114, "SHELL_FORM": 115, "TRIGGER": 116, "WORDS": 117, "arguments": 136, "exec_form": 119, "probe": 120, "shell_form": 121, "trigger": 122, "words": 123},  # noqa: E501
    {"EXEC_FORM": 113, "PROBE_KIND": 114, "SHELL_FORM": 115, "TRIGGER": 116, "WORDS": 117, "arguments": 137, "exec_form": 119, "probe": 120, "shell_form": 121, "trigger": 122, "words": 123},  # noqa: E501
    {"EXEC_FORM": 113, "PROBE_KIND": 114, "SHELL_FORM": 115, "TRIGGER": 116, "WORDS": 117, "arguments": 138, "exec_form": 119, "probe": 120, "shell_form": 121, "trigger": 122, "words": 123},  # noqa: E501
    {"EXEC_FORM": 113, "PROBE_KIND": 114, "SHELL_FORM": 115, "TRIGGER": 116, "WORDS": 117, "arguments": 139, "exec_form": 119, "probe": 120, "shell_form": 121, "trigger": 122, "words": 123},  # noqa: E501
    {"EXEC_FORM": 113, "PROBE_KIND": 114, "SHELL_FORM": 115, "TRIGGER": 116, "WORDS": 117, "arguments": 140, "exec_form": 119, "probe": 120, "shell_form": 121, "trigger": 122, "words": 123},  # noqa: E501
    {"GAP": 141},  # noqa: E501
    {"EXEC_FORM": -62, "FLAG": -62, "PROBE_KIND": -62, "SHELL_FORM": -62, "TRIGGER": -62, "WORDS": -62},  # noqa: E501
    {"EXEC_FORM": -91, "FLAG": -91, "PROBE_KIND": -91, "SHELL_FORM": -91, "TRIGGER": -91, "WORDS": -91},  # noqa: E501
    {"EOL": -68},  # noqa: E501
    {"GAP": 142},  # noqa: E501
    {"EOL": -69},  # noqa: E501
    {"GAP": 143},  # noqa: E501
    {"EOL": -70},  # noqa: E501
    {"EOL": 144},  # noqa: E501
    {"EOL": -63},  # noqa: E501
    {"EOL": -66},  # noqa: E501
    {"EOL": -64},  # noqa: E501
    {"EOL": -67},  # noqa: E501
    {"EOL": -65},  # noqa: E501
    {"EOL": 145},  # noqa: E501
    {"EOL": 146},  # noqa: E501
    {"EOL": 147},  # noqa: E501
    {"EOL": 148},  # noqa: E501
    {"EOL": 149},  # noqa: E501
    {"EOL": 150},  # noqa: E501
    {"EOL": 151},  # noqa: E501
    {"EOL": 152},  # noqa: E501
    {"EOL": 153},  # noqa: E501
    {"EOL": 154},  # noqa: E501
    {"EOL": 155},  # noqa: E501
    {"EOL": 156},  # noqa: E501
    {"EOL": 157},  # noqa: E501
    {"EOL": 158},  # noqa: E501
    {"EOL": 159},  # noqa: E501
    {"EOL": 160},  # noqa: E501
    {"EOL": 161},  # noqa: E501
    {"EXEC_FORM": -61, "FLAG": 89, "PROBE_KIND": -61, "SHELL_FORM": -61, "TRIGGER": -61, "WORDS": -61, "__flags_star_4": 90, "flag": 91, "flags": 162},  # noqa: E501
    {"EXEC_FORM": 113, "SHELL_FORM": 115, "exec_form": 163, "probe_form": 164, "shell_form": 165},  # noqa: E501
    {"EXEC_FORM": -61, "FLAG": 89, "PROBE_KIND": -61, "SHELL_FORM": -61, "WORDS": -61, "__flags_star_4": 90, "flag": 91, "flags": 166},  # noqa: E501
    {"$END": -80, "BLANK": -80, "COMMENT": -80, "HEREDOC": 167, "INDENT": -80, "_END": -80, "_STAGE": -80, "__heredocs_star_5": 168, "heredoc": 169, "heredocs": 170},  # noqa: E501
    {"$END": -48, "BLANK": -48, "COMMENT": -48, "INDENT": -48, "_END": -48, "_STAGE": -48},  # noqa: E501
    {"$END": -43, "BLANK": -43, "COMMENT": -43, "INDENT": -43, "_END": -43, "_STAGE": -43},  # noqa: E501
    {"$END": -80, "BLANK": -80, "COMMENT": -80, "HEREDOC": 167, "INDENT": -80, "_END": -80, "_STAGE": -80, "__heredocs_star_5": 168, "heredoc": 169, "heredocs": 171},  # noqa: E501
    {"$END": -44, "BLANK": -44, "COMMENT": -44, "INDENT": -44, "_END": -44, "_STAGE": -44},  # noqa: E501
    {"$END": -47, "BLANK": -47, "COMMENT": -47, "INDENT": -47, "_END": -47, "_STAGE": -47},  # noqa: E501
    {"$END": -50, "BLANK": -50, "COMMENT": -50, "INDENT": -50, "_END": -50, "_STAGE": -50},  # noqa: E501
    {"$END": -56, "BLANK": -56, "COMMENT": -56, "INDENT": -56, "_END": -56, "_STAGE": -56},  # noqa: E501
    {"$END": -49, "BLANK": -49, "COMMENT": -49, "INDENT": -49, "_END": -49, "_STAGE": -49},  # noqa: E501
    {"$END": -57, "BLANK": -57, "COMMENT": -57, "INDENT": -57, "_END": -57, "_STAGE": -57},  # noqa: E501
    {"$END": -80, "BLANK": -80, "COMMENT": -80, "HEREDOC": 167, "INDENT": -80, "_END": -80, "_STAGE": -80, "__heredocs_star_5": 168, "heredoc": 169, "heredocs": 172},  # noqa: E501
    {"$END": -80, "BLANK": -80, "COMMENT": -80, "HEREDOC": 167, "INDENT": -80, "_END": -80, "_STAGE": -80, "__heredocs_star_5": 168, "heredoc": 169, "heredocs": 173},  # noqa: E501
    {"$END": -54, "BLANK": -54, "COMMENT": -54, "INDENT": -54, "_END": -54, "_STAGE": -54},  # noqa: E501
    {"$END": -55, "BLANK": -55, "COMMENT": -55, "INDENT": -55, "_END": -55, "_STAGE": -55},  # noqa: E501
    {"$END": -58, "BLANK": -58, "COMMENT": -58, "INDENT": -58, "_END": -58, "_STAGE": -58},  # noqa: E501
    {"$END": -51, "BLANK": -51, "COMMENT": -51, "INDENT": -51, "_END": -51, "_STAGE": -51},  # noqa: E501
    {"$END": -53, "BLANK": -53, "COMMENT": -53, "INDENT": -53, "_END": -53, "_STAGE": -53},  # noqa: E501
    {"$END": -52, "BLANK": -52, "COMMENT": -52, "INDENT": -52, "_END": -52, "_STAGE": -52},  # noqa: E501
    {"EXEC_FORM": 113, "PROBE_KIND": 114, "SHELL_FORM": 115, "TRIGGER": 116, "WORDS": 117, "arguments": 174, "exec_form": 119, "probe": 120, "shell_form": 121, "trigger": 122, "words": 123},  # noqa: E501
    {"EOL": -72},  # noqa: E501
    {"EOL": -71},  # noqa: E501
    {"EOL": -73},  # noqa: E501
    {"EXEC_FORM": 113, "PROBE_KIND": 114, "SHELL_FORM": 115, "WORDS": 117, "exec_form": 175, "probe": 176, "shell_form": 177, "trigger_arguments": 178, "words": 179},  # noqa: E501
    {"HEREDOC_END": 180},  # noqa: E501
    {"$END": -79, "BLANK": -79, "COMMENT": -79, "HEREDOC": 167, "INDENT": -79, "_END": -79, "_STAGE": -79, "heredoc": 181},  # noqa: E501
    {"$END": -92, "BLANK": -92, "COMMENT": -92, "HEREDOC": -92, "INDENT": -92, "_END": -92, "_STAGE": -92},  # noqa: E501
    {"$END": -46, "BLANK": -46, "COMMENT": -46, "INDENT": -46, "_END": -46, "_STAGE": -46},  # noqa: E501
    {"$END": -45, "BLANK": -45, "COMMENT": -45, "INDENT": -45, "_END": -45, "_STAGE": -45},  # noqa: E501
    {"$END": -59, "BLANK": -59, "COMMENT": -59, "INDENT": -59, "_END": -59, "_STAGE": -59},  # noqa: E501
    {"$END": -42, "BLANK": -42, "COMMENT": -42, "INDENT": -42, "_END": -42, "_STAGE": -42},  # noqa: E501
    {"EOL": 182},  # noqa: E501
    {"EOL": -75},  # noqa: E501
    {"EOL": -78},  # noqa: E501
    {"EOL": -76},  # noqa: E501
    {"EOL": -74},  # noqa: E501
    {"EOL": -77},  # noqa: E501
    {"$END": -81, "BLANK": -81, "COMMENT": -81, "HEREDOC": -81, "INDENT": -81, "_END": -81, "_STAGE": -81},  # noqa: E501
    {"$END": -93, "BLANK": -93, "COMMENT": -93, "HEREDOC": -93, "INDENT": -93, "_END": -93, "_STAGE": -93},  # noqa: E501
    {"$END": -41, "BLANK": -41, "COMMENT": -41, "INDENT": -41, "_END": -41, "_STAGE": -41},  # noqa: E501
)
START = 0
END = 3
# fmt: on
