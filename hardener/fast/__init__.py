"""Parts that keep the start short: records for dataclasses, patterns compiled at their first use."""
