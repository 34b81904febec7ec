"""What somebody's server is made of: the entry of their menu that is asked for, or the reason why not."""

from __future__ import annotations

from ..names import Server
from ..refusal import Refusal
from .policy import Choice, Policy, Use


def choose(policy: Policy, server: Server, key: str, ids: tuple[int, int] | None) -> Choice:
    """@raises Refusal"""
    name = server.person
    if name in policy.blocked:
        raise Refusal(403, f"{name} is blocked: ask the administrator")
    use = policy.use(name)
    if use is None:
        raise Refusal(403, f"{name} is not on the list: ask the administrator")
    if key not in use.menu:
        raise Refusal(403, _why_not(policy, use, name, key))
    choice = Choice(key, use.menu[key], use.vars)
    from_claims = choice.template.ids is not None and choice.template.ids.source == "claims"
    if ids is not None and not from_claims:
        raise Refusal(403, f"the ids of {name} do not come from the log-in")
    if ids is None and from_claims:
        raise Refusal(403, f"{name} has no uid and gid from the log-in: ask the administrator")
    return choice


def _why_not(policy: Policy, use: Use, name: str, key: str) -> str:
    profile, _, image = key.partition("~")
    if profile in use.menu:
        return f"the profile {profile} has no image {image}"
    if any(profile in menu for menu in policy.menus):
        return f"{name} may not take the profile {profile}"
    return f"there is no profile {profile}"
