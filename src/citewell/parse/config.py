"""`content/site.yaml`: the settings of the site."""

from citewell.core.diagnostic import Diagnostic, Span
from citewell.core.model import Config, Editor, Licence, MenuItem, Organisation, Settings, Source
from citewell.parse.nodes import Node, Place, grouped
from citewell.parse.schema import MenuItemShape, SiteShape
from citewell.parse.text import decode, is_encoded_otherwise
from citewell.parse.validation import validate
from citewell.parse.yamllines import read

_STAND_IN = {"title": "…", "base_url": "https://site.invalid/"}


def parse_config(source: Source) -> Settings:
    """Parse the settings. What cannot be read is told, and a stand-in lets the rest of the site be checked."""
    text, faults = decode(source.path, source.data)
    node, broken = (None, ()) if is_encoded_otherwise(faults) else read(Place(source.path, text))
    wrong: tuple[Diagnostic, ...] = ()
    if node is None or not isinstance(node.value, dict):
        if node is not None:
            broken += (
                Diagnostic(
                    "site/not-keys",
                    node.span,
                    "the settings should be lines of `key: value`",
                    "write lines such as `title: The name of the site`, without `- ` in front",
                ),
            )
        node = grouped({}, Span(source.path), {})
        shape = SiteShape.model_validate(_STAND_IN)
    else:
        shape, wrong, _ = validate(SiteShape, node, _STAND_IN)
    organisation = (
        Organisation(shape.organisation.name, shape.organisation.url or "")
        if shape.organisation
        else Organisation(shape.title)
    )
    config = Config(
        title=shape.title,
        tagline=shape.tagline or "",
        intro=shape.intro or "",
        base_url=shape.base_url.rstrip("/") + "/",
        language=shape.language,
        organisation=organisation,
        editors=tuple(Editor(editor.name, editor.role or "") for editor in shape.editors),
        navigation=_menu("navigation", shape.navigation, node),
        trust=_menu("trust", shape.trust, node),
        licence=Licence(shape.licence.name, shape.licence.url or "") if shape.licence else None,
        review=shape.review,
        citation_style=shape.citation_style,
        severity=shape.severity,
        html=tuple(shape.html),
        leave_out=tuple(shape.leave_out),
    )
    severities = node.find(["severity"])
    spans = {code: severities.key(code) or severities.span for code in shape.severity}
    return Settings(config, faults + broken + wrong, spans)


def _menu(key: str, items: list[MenuItemShape], node: Node) -> tuple[MenuItem, ...]:
    return tuple(
        _menu_item(item, node.find([key, at, "page" if item.page else "path"]))
        for at, item in enumerate(items)
    )


def _menu_item(item: MenuItemShape, named: Node) -> MenuItem:
    return MenuItem(
        item.label, item.page or "", item.path or "", named.span, named.place if item.page else None
    )
