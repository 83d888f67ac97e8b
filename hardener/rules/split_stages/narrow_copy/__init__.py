"""The rule narrow-copy and its thinking: which part of a folder that was built in does the last stage need?"""
