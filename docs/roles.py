"""A Griffe extension: the roles of Sphinx in our docstrings (``:class:`ppcn.errors.PpcnError```) become links."""

import re

from griffe import Extension, Object

ROLE = re.compile(r":(?:attr|class|func|meth|mod):`~?([\w.]+)`")


class Roles(Extension):
    """Rewrites the docstring of each object once it is loaded; a name that is not in the reference stays code."""

    def on_instance(self, *, obj: Object, **_: object) -> None:
        """Replace the roles of one docstring."""
        if obj.docstring:
            obj.docstring.value = ROLE.sub(lambda role: _link(obj, role[1]), obj.docstring.value)


def _link(obj: Object, name: str) -> str:
    path = name if name.startswith("ppcn.") else f"{obj.path.rpartition('.')[0]}.{name}"
    return f'<autoref identifier="{path}" optional><code>{name.removeprefix("ppcn.errors.")}</code></autoref>'
