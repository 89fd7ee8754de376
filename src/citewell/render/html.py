"""`View` to HTML: Jinja templates that see plain values, in which all prose is joined already."""

import re
from collections.abc import Iterable, Iterator, Mapping, MutableMapping
from datetime import date
from functools import lru_cache, partial
from io import BytesIO
from itertools import islice
from types import BuiltinMethodType, SimpleNamespace
from typing import Any

from jinja2 import BytecodeCache, DictLoader, Environment, nodes
from jinja2.bccache import Bucket
from jinja2.compiler import CodeGenerator, Frame
from jinja2.runtime import Context
from markupsafe import Markup

from citewell.core.address import absolute, card_path, outside, relative
from citewell.core.model import Article
from citewell.core.plugin import Block, Json
from citewell.core.policy import PAGE_POLICY
from citewell.core.view import ArticleView, Chrome, HomeView, NotFoundView, RedirectView, View
from citewell.render.drawing import family_drawing
from citewell.render.fault import UndefinedName, faults_of
from citewell.render.prose import (
    Href,
    Joiner,
    anchors,
    by_letter,
    finished,
    reference_markup,
    shown,
    without_marks,
)
from citewell.render.structured import structured_data
from citewell.render.theme import Theme, with_blocks

_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


_AT_ONCE = 4096  # parts of a page: more than most have
_INDENT = re.compile(r"^[ \t]+", re.MULTILINE)


class HtmlRenderer:
    """Makes pages with one theme and one set of blocks."""

    def __init__(
        self, theme: Theme, blocks: tuple[Block, ...], code: Iterable[tuple[str, bytes]] = ()
    ) -> None:
        """Take the theme's templates, and the blocks' own where the theme has none; `code` is what was compiled of them before."""
        self._blocks = {block.name: block for block in blocks}
        self._environment = environment(with_blocks(theme, blocks), dict(code))
        self._former: tuple[Chrome, SimpleNamespace] | None = None

    def page(self, view: View, article: Article | None) -> bytes:
        """Give the page as HTML, in UTF-8.

        Raises `TemplateFault` when a template uses an undefined name, cannot be parsed, is missing,
        includes itself, or meets a value of the wrong type.
        """
        with faults_of(view.url):
            href = _href(view)
            page = _page(view, article)
            variables = {
                "site": self._site(view.chrome),
                "page": page,
                "href": href,
                "outside": partial(outside),
                "asset": partial(_asset, view.chrome, href),
                "integrity": partial(_integrity, view.chrome),
                "policy": Markup(PAGE_POLICY),  # noqa: S704 -- a constant
                "date": partial(_date, view.chrome.language),
                "reference": partial(reference_markup),
                "anchors": partial(anchors(href)),
                "by_letter": partial(by_letter),
            }
            try:
                content, nodes = self._content(view, article, href, variables)
                page.structured = structured_data(view, article, nodes)
                return _encoded(self._parts(view.template, {**variables, "content": content}))
            finally:
                self._environment.let_go()

    def _site(self, chrome: Chrome) -> SimpleNamespace:
        """Give what all pages show of the site, as the page before had it where it is the same: it nearly always is."""
        if self._former is None or self._former[0] != chrome:
            self._former = chrome, SimpleNamespace(**Joiner(str, {}).fields(chrome))
        return self._former[1]

    def _content(
        self, view: View, article: Article | None, href: Href, variables: dict[str, Any]
    ) -> tuple[SimpleNamespace, list[Json]]:
        match view.content:
            case ArticleView() as lent if article is not None:
                return self._article(lent, article, view, variables, href)
            case HomeView() as content:
                fields = Joiner(href, {}).fields(content)
                return SimpleNamespace(**fields, drawing=family_drawing(content.family)), []
            case content:
                return Joiner(href, {}).value(content), []

    def _article(
        self, lent: ArticleView, article: Article, view: View, variables: dict[str, Any], href: Href
    ) -> tuple[SimpleNamespace, list[Json]]:
        def place(index: int, level: int, placed: str = "body") -> Markup:
            block = article.blocks[index]
            put, data = joiner.put, joiner.value(block.data, level)
            if joiner.put == put:
                plainly[index] = data
            here = {
                "content": content,
                "block": data,
                "anchor": f"block-{block.name}" if block.name in taken else block.name,
                "placed": placed,
                "level": level,
            }
            return finished("".join(self._parts(f"blocks/{block.name}.html", variables | here)))

        plainly: dict[int, Any] = {}  # the data of blocks whose texts are the same away from the page
        joiner = Joiner(href, lent.fills, lent.uses, place)
        taken = {heading.id for heading in article.headings}
        content = SimpleNamespace(
            **joiner.fields(
                article, "title", "dek", "kicker", "kind", "published", "updated", "review", "headings"
            ),
            **joiner.fields(
                lent,
                "references",
                "editors",
                "tags",
                "companions",
                "backlinks",
                "children",
                "definitions",
                "sheet",
                "listing",
            ),
        )
        body = joiner.prose(article.body)
        blocks = tuple(place(index, 2, "layout") for index in article.unplaced)
        plain = Joiner(href, without_marks(lent.fills))
        nodes = list(self._nodes(article, plainly, plain, absolute(view.chrome.base_url, view.url)))
        joiner.let_go()
        return SimpleNamespace(**vars(content), body=body, blocks=blocks), nodes

    def _nodes(
        self, article: Article, plainly: Mapping[int, SimpleNamespace], joiner: Joiner, url: str
    ) -> Iterator[Json]:
        for index, held in enumerate(article.blocks):
            block = self._blocks[held.name]
            if block.structured is Block.structured:
                continue  # it says nothing to machines, so its data need not be joined for them
            data = plainly[index] if index in plainly else joiner.value(held.data)
            node = block.structured(data, url)
            if node is not None:
                yield node

    def _parts(self, template: str, variables: dict[str, Any]) -> Iterator[str]:
        # Not `Template.generate`: it rewrites the traceback, in which we look for the line of the fault.
        compiled = self._environment.get_template(template)
        return compiled.root_render_func(compiled.new_context(variables))


def _encoded(parts: Iterator[str]) -> bytes:
    """Join the parts of a page, some thousands at a time: those of a long list would fill the memory, as would its text."""
    page = BytesIO()
    while some := list(islice(parts, _AT_ONCE)):
        page.write("".join(some).encode())
    return page.getvalue()


def _without_indents(text: str) -> str:
    """Give a template whose indents no reader has to fetch; lines keep their numbers."""
    return text if "<pre" in text or "<textarea" in text else _INDENT.sub("", text)


class _Generator(CodeGenerator):
    """Has templates do at once what Jinja does in calls of its own: they cost more than what is done in them."""

    _printed = ""  # what holds the value that is being printed

    def _output_child_pre(
        self, node: nodes.Expr, frame: Frame, finalize: CodeGenerator._FinalizeInfo
    ) -> None:
        """Print a value by `shown`: most of what Jinja's own `escape` costs is that it makes a `Markup` of each."""
        if _is_escaped(frame):
            self._printed = self.temporary_identifier()
            self.write(f"({self._printed} if type({self._printed} := ")
        else:
            super()._output_child_pre(node, frame, finalize)

    def _output_child_post(
        self, node: nodes.Expr, frame: Frame, finalize: CodeGenerator._FinalizeInfo
    ) -> None:
        if _is_escaped(frame):
            self.write(f") is Markup else environment.shown({self._printed}))")
        else:
            super()._output_child_post(node, frame, finalize)

    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:  # noqa: N802 -- Jinja's name
        """Take an attribute that is there; Jinja looks for it elsewhere, and says that it is missing."""
        owner, found = self.temporary_identifier(), self.temporary_identifier()
        self.write(f"({found} if ({found} := getattr({owner} := ")
        self.visit(node.node, frame)
        self.write(f", {node.attr!r}, None)) is not None else environment.getattr({owner}, {node.attr!r}))")

    def visit_Call(  # noqa: N802 -- Jinja's name
        self,
        node: nodes.Call,
        frame: Frame,
        forward_caller: bool = False,  # noqa: FBT001, FBT002 -- Jinja's signature
    ) -> None:
        """Call functions of a page, such as `href`, and those of Python's own types at once; Jinja asks each what it wants to know."""
        is_bare = _is_path(node.node) and not (node.kwargs or node.dyn_args or node.dyn_kwargs)
        if not is_bare or forward_caller:
            super().visit_Call(node, frame, forward_caller=forward_caller)
            return
        called = self.temporary_identifier()
        self.write(f"({called}(")
        for argument in node.args:
            self.visit(argument, frame)
            self.write(", ")
        self.write(f") if type({called} := ")
        self.visit(node.node, frame)
        self.write(") in environment.asks_nothing else ")
        super().visit_Call(node, frame)
        self.write(")")


def _is_escaped(frame: Frame) -> bool:
    return frame.eval_ctx.autoescape and not frame.eval_ctx.volatile


def _is_path(node: nodes.Node) -> bool:
    """Tell whether this is a name, or what has one behind dots: looking it up twice changes nothing."""
    return isinstance(node, nodes.Name) or (isinstance(node, nodes.Getattr) and _is_path(node.node))


class _Context(Context):
    def __init__(self, environment: "_Environment", *given: Any, **named: Any) -> None:  # noqa: ANN401 -- Jinja's
        super().__init__(environment, *given, **named)
        environment.contexts.append(self)


class _Environment(Environment):
    code_generator_class = _Generator
    context_class = _Context
    shown = staticmethod(shown)
    asks_nothing = frozenset({partial, BuiltinMethodType})

    def __init__(self, **options: Any) -> None:  # noqa: ANN401 -- Jinja's
        super().__init__(**options)
        self.contexts: list[Context] = []

    def let_go(self) -> None:
        """Forget the pages that were made: macros hold the context that holds them, and it all that a page shows."""
        for context in self.contexts:
            context.vars.clear()
        self.contexts.clear()

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Give the names that a template sees everywhere. Jinja's chain of mappings is walked anew for every template of a page."""
        return {**self.globals, **(d or {})}


class _Code(BytecodeCache):
    """Has what templates are compiled to in a dictionary. Jinja takes nothing that was compiled from another text."""

    def __init__(self, code: dict[str, bytes]) -> None:
        self._code = code

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._code:
            bucket.bytecode_from_string(self._code[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._code[bucket.key] = bucket.bytecode_to_string()


def environment(theme: Theme, code: dict[str, bytes]) -> _Environment:
    """Give what compiles and runs the templates of a theme. Their `code` is taken from there, and put there."""
    made = _Environment(
        loader=DictLoader({name: _without_indents(text) for name, text in theme.templates.items()}),
        autoescape=True,
        undefined=UndefinedName,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
        bytecode_cache=_Code(code),
        cache_size=-1,  # all of them: they are as many as the theme has
    )
    # Pages have many short texts in common, such as the names of steps.
    for name in ("striptags", "wordwrap"):
        made.filters[name] = lru_cache(maxsize=1024, typed=True)(made.filters[name])
    # A page is a function of its values: nothing that draws lots.
    del made.filters["random"], made.globals["lipsum"]
    return made


def _page(view: View, article: Article | None) -> SimpleNamespace:
    match view.content:
        case NotFoundView():
            canonical = ""
        case RedirectView(target):
            canonical = absolute(view.chrome.base_url, target.url)
        case _:
            canonical = absolute(view.chrome.base_url, view.url)
    return SimpleNamespace(
        **Joiner(_href(view), {}).fields(
            view, "url", "title", "description", "breadcrumb", "published", "updated"
        ),
        canonical=canonical,
        card=absolute(view.chrome.base_url, card_path(view.url)) if view.chrome.cards else "",
        type="article" if article else "website",
    )


def _href(view: View) -> Href:
    """Give the one function that turns a path from the root into an address on this page.

    A host shows the page for missing addresses under any path, so its links start at the root.
    """
    if isinstance(view.content, NotFoundView):
        return partial(absolute, view.chrome.root)
    return partial(relative, view.url)


def _asset(chrome: Chrome, href: Href, name: str) -> str:
    if name not in chrome.assets:
        message = f"there is no asset named `{name}`"
        raise LookupError(message)
    return href(chrome.assets[name])


def _integrity(chrome: Chrome, name: str) -> str:
    if name not in chrome.integrity:
        message = f"there is no style or script named `{name}`"
        raise LookupError(message)
    return chrome.integrity[name]


@lru_cache(maxsize=1024)  # a list shows many of the same days
def _date(language: str, day: date) -> str:
    """Give the day in words, in the order that readers of the language expect."""
    if language.casefold() == "en-us":
        return f"{_MONTHS[day.month - 1]} {day.day}, {day.year}"
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
