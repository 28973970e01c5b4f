"""The profile as JSON, by the schema that is shipped as rules/schemas/profile-1.json."""

from auditor.profiles.profile import Profile, dumps


def render(profile: Profile) -> str:
    """The profile as JSON."""
    return dumps(profile)
