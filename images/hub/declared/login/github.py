"""`authentication: {type: github}`: GitHub, or a GitHub Enterprise Server."""

from __future__ import annotations

from typing import Any

from oauthenticator.github import GitHubOAuthenticator

from ..reader import Reader
from ..settings import Settings
from . import oauth


class GitHubRosterAuthenticator(oauth.OAuthRosterMixin, GitHubOAuthenticator):
    whose = "in an organization or team that may use this hub"


def configure(c: Any, settings: Settings, given: Reader, secret: str) -> type:
    chosen = c.GitHubRosterAuthenticator
    oauth.configure(chosen, settings, given, secret)
    chosen.github_url = given.take("host", str)
    # The class expects org:team; GitHub's pages say org/team.
    allowed = given.texts("organizations") + [team.replace("/", ":") for team in given.texts("teams")]
    chosen.allowed_organizations = set(allowed)
    chosen.allow_all = not allowed
    # Without this scope only public memberships are visible.
    chosen.scope = ["read:org"] if allowed else []
    return GitHubRosterAuthenticator
