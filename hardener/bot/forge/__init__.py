"""Forges: GitHub, Gitea and Forgejo, GitLab; the few calls that the bot needs, in the same words for all."""
