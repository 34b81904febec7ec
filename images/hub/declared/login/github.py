"""`authentication: {type: github}`: GitHub, or a GitHub Enterprise Server."""

from __future__ import annotations

from typing import Any

from oauthenticator.github import GitHubOAuthenticator

from ..dynamic import Allow
from ..reader import Reader
from ..settings import Settings
from . import oauth


class GitHubRosterAuthenticator(oauth.OAuthRosterMixin, GitHubOAuthenticator):
    whose = "in an organization or team that may use this hub"

    async def fulfils(self, allow: Allow, login: str, model: Any) -> bool:
        token = model["auth_state"]["token_response"]
        asked = [(place, _as_the_class_says(place)) for place in (*allow.of("organizations"), *allow.of("teams"))]
        # All of them: those that somebody is in are their groups.
        model["groups_said"] = [
            place
            for place, team in asked
            if await self._check_membership_allowed_organizations(
                team, login, token["access_token"], token["token_type"]
            )
        ]
        return bool(model["groups_said"])

    def groups_said(self, model: Any) -> list[str]:
        return list(model.get("groups_said", []))


def _as_the_class_says(place: str) -> str:
    """The class expects org:team; GitHub's pages say org/team."""
    return place.replace("/", ":")


def configure(c: Any, settings: Settings, given: Reader, secret: str) -> type:
    chosen = c.GitHubRosterAuthenticator
    oauth.configure(chosen, settings, given, secret)
    chosen.github_url = given.take("host", str)
    allowed = given.texts("organizations") + [_as_the_class_says(team) for team in given.texts("teams")]
    chosen.allowed_organizations = set(allowed)
    chosen.allow_all = not allowed
    # Without this scope only public memberships are visible.
    besides = settings.dynamic is not None and settings.dynamic.allow.anybody and not settings.dynamic.allow.everybody
    chosen.scope = ["read:org"] if allowed or besides else []
    return GitHubRosterAuthenticator
