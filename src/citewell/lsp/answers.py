"""What the server answers to each message: the side that knows the protocol, over functions that do not."""

from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any

from lsprotocol import types

from citewell.core.diagnostic import Diagnostic, Edit
from citewell.lsp.completion import complete
from citewell.lsp.convert import Converter
from citewell.lsp.desk import Desk
from citewell.lsp.hover import hover
from citewell.lsp.known import Cursor
from citewell.lsp.navigation import definition, mentioned, uses
from citewell.lsp.places import Use, use_at
from citewell.lsp.positions import Text
from citewell.lsp.rename import Refused, Renaming, page_renamed, present_name, rename
from citewell.lsp.server import NotDone, Server

_WATCHED = ("templates", "static", "blocks")
_TRIGGERS = ["@", "(", "#", ":", "/", "-", " ", "["]


def register(server: Server) -> None:
    """Tell the server what it answers."""
    for message, answer in _SYNC.items():
        server.feature(message)(answer)
    server.feature(types.TEXT_DOCUMENT_COMPLETION, types.CompletionOptions(trigger_characters=_TRIGGERS))(
        _completion
    )
    server.feature(types.TEXT_DOCUMENT_CODE_ACTION, types.CodeActionOptions([types.CodeActionKind.QuickFix]))(
        _actions
    )
    server.feature(types.TEXT_DOCUMENT_RENAME, types.RenameOptions(prepare_provider=True))(_rename)
    server.feature(types.WORKSPACE_WILL_RENAME_FILES, _PAGES)(_will_rename)
    for message, answer in _ASKED.items():
        server.feature(message)(answer)


_PAGES = types.FileOperationRegistrationOptions(
    [types.FileOperationFilter(types.FileOperationPattern("**/*.md", types.FileOperationPatternKind.File))]
)

# -- what is typed and what changes on the disk --------------------------------------------------------------------------


async def _initialized(server: Server, _params: types.InitializedParams) -> None:
    server.begin()
    workspace = server.client_capabilities.workspace
    watching = workspace.did_change_watched_files if workspace else None
    if watching and watching.dynamic_registration:
        patterns = [f"**/{folder}/**" for folder in (server.content.as_posix(), *_WATCHED)]
        options = types.DidChangeWatchedFilesRegistrationOptions(
            [types.FileSystemWatcher(glob) for glob in patterns]
        )
        await server.client_register_capability_async(
            types.RegistrationParams(
                [types.Registration("citewell-files", types.WORKSPACE_DID_CHANGE_WATCHED_FILES, options)]
            )
        )


def _did_open(server: Server, params: types.DidOpenTextDocumentParams) -> None:
    document = params.text_document
    server.typed(document.uri, Text(document.text), document.version)


def _did_change(server: Server, params: types.DidChangeTextDocumentParams) -> None:
    document, text = params.text_document, server.text(params.text_document.uri)
    for change in params.content_changes:
        if isinstance(change, types.TextDocumentContentChangePartial):
            start, end = change.range.start, change.range.end
            text = text.changed(
                (start.line, start.character), (end.line, end.character), change.text, server.encoding
            )
        else:
            text = Text(change.text)
    server.typed(document.uri, text, document.version)


def _did_close(server: Server, params: types.DidCloseTextDocumentParams) -> None:
    server.typed(params.text_document.uri, None)
    server.changed([params.text_document.uri])


def _did_save(server: Server, params: types.DidSaveTextDocumentParams) -> None:
    server.changed([params.text_document.uri])


def _did_change_files(server: Server, params: types.DidChangeWatchedFilesParams) -> None:
    server.changed(change.uri for change in params.changes)


_SYNC: dict[str, Callable[..., Any]] = {
    types.INITIALIZED: _initialized,
    types.TEXT_DOCUMENT_DID_OPEN: _did_open,
    types.TEXT_DOCUMENT_DID_CHANGE: _did_change,
    types.TEXT_DOCUMENT_DID_CLOSE: _did_close,
    types.TEXT_DOCUMENT_DID_SAVE: _did_save,
    types.WORKSPACE_DID_CHANGE_WATCHED_FILES: _did_change_files,
}

# -- what is asked -------------------------------------------------------------------------------------------------------


class _Asked:
    """A place in a file that a request is about."""

    def __init__(self, server: Server, desk: Desk, path: str, position: types.Position) -> None:
        text = desk.text(path)
        column = text.column(position.line, position.character, server.encoding)
        self.desk, self.known = desk, desk.known
        self.cursor = Cursor(path, text, position.line, column)
        self.convert = server.converter(desk)

    @property
    def use(self) -> Use | None:
        """What is named at the place."""
        return use_at(self.known, self.cursor)


_Positioned = (
    types.CompletionParams
    | types.HoverParams
    | types.DefinitionParams
    | types.ReferenceParams
    | types.PrepareRenameParams
    | types.RenameParams
)


async def _asked(server: Server, params: _Positioned) -> _Asked | None:
    found = await server.desk_of(params.text_document.uri)
    return _Asked(server, *found, params.position) if found else None


async def _completion(server: Server, params: types.CompletionParams) -> types.CompletionList | None:
    asked = await _asked(server, params)
    if asked is None:
        return None
    found = complete(asked.known, asked.cursor, datetime.now().astimezone().date())
    return asked.convert.completion(found, asked.cursor)


async def _hover(server: Server, params: types.HoverParams) -> types.Hover | None:
    asked = await _asked(server, params)
    told = hover(asked.known, asked.cursor) if asked else None
    if asked is None or told is None:
        return None
    return types.Hover(
        types.MarkupContent(types.MarkupKind.Markdown, told.text), asked.convert.range(told.span)
    )


async def _definition(server: Server, params: types.DefinitionParams) -> types.Location | None:
    asked = await _asked(server, params)
    use = asked.use if asked else None
    span = definition(asked.known, use.thing) if asked and use else None
    return asked.convert.location(span) if asked and span else None


async def _references(server: Server, params: types.ReferenceParams) -> list[types.Location]:
    asked = await _asked(server, params)
    use = asked.use if asked else None
    if asked is None or use is None:
        return []
    return [
        asked.convert.location(found.span)
        for which in (uses, mentioned)
        for found in which(asked.known, use.thing, asked.desk.text)
        if params.context.include_declaration or not found.is_record
    ]


async def _symbols(server: Server, params: types.DocumentSymbolParams) -> list[types.DocumentSymbol]:
    found = await server.desk_of(params.text_document.uri)
    page = found[0].known.pages.get(found[1]) if found else None
    if found is None or page is None:
        return []
    convert = server.converter(found[0])
    names = found[0].known.names(page.path)
    return [
        types.DocumentSymbol(names.get(anchor, "") or anchor, types.SymbolKind.String, place, place)
        for anchor, span in sorted(page.places, key=lambda place: place[1])
        for place in [convert.range(span)]
    ]


# -- what is changed -----------------------------------------------------------------------------------------------------


async def _prepare_rename(
    server: Server, params: types.PrepareRenameParams
) -> types.PrepareRenamePlaceholder | None:
    asked = await _asked(server, params)
    use = asked.use if asked else None
    if asked is None or use is None:
        return None
    try:
        name = present_name(asked.known, use)
    except Refused as why:
        raise NotDone(str(why)) from why
    return types.PrepareRenamePlaceholder(asked.convert.range(use.span), name)


async def _rename(server: Server, params: types.RenameParams) -> types.WorkspaceEdit | None:
    asked = await _asked(server, params)
    if asked is None:
        return None
    try:
        renaming = rename(asked.known, asked.use, params.new_name, asked.desk.text)
    except Refused as why:
        raise NotDone(str(why)) from why
    return _changes(asked.convert, renaming)


async def _will_rename(server: Server, params: types.RenameFilesParams) -> types.WorkspaceEdit | None:
    """Give what must be changed for files that are about to be renamed: in their folder, since there links stay right."""
    edits: list[types.TextDocumentEdit | types.CreateFile | types.RenameFile | types.DeleteFile] = []
    for file in params.files:
        found = await server.desk_of(file.old_uri)
        page = found[0].known.pages.get(found[1]) if found else None
        new = PurePosixPath(file.new_uri)
        if found is None or page is None or new.parent != PurePosixPath(file.old_uri).parent:
            continue
        try:
            renaming = page_renamed(found[0].known, page, new.stem, found[0].text)
        except Refused as why:
            raise NotDone(str(why)) from why
        edits += _changes(server.converter(found[0]), Renaming(renaming.edits)).document_changes or []
    return types.WorkspaceEdit(document_changes=edits) if edits else None


def _changes(convert: Converter, renaming: Renaming) -> types.WorkspaceEdit:
    changes: list[types.TextDocumentEdit | types.CreateFile | types.RenameFile | types.DeleteFile] = []
    for path in dict.fromkeys(edit.span.path for edit in renaming.edits):
        edits = [edit for edit in renaming.edits if edit.span.path == path]
        changes.append(_in_file(convert, path, edits))
    if renaming.file:
        old, new = map(convert.uri, renaming.file)
        changes.append(types.RenameFile(old, new))
    return types.WorkspaceEdit(document_changes=changes)


def _in_file(convert: Converter, path: str, edits: Iterable[Edit]) -> types.TextDocumentEdit:
    document = types.OptionalVersionedTextDocumentIdentifier(convert.uri(path))
    return types.TextDocumentEdit(document, [convert.edit(edit) for edit in edits])


async def _actions(server: Server, params: types.CodeActionParams) -> list[types.CodeAction]:
    found = await server.desk_of(params.text_document.uri)
    if found is None:
        return []
    desk, path = found
    convert = server.converter(desk)
    return [
        _action(convert, fault, fault.edit, desk)
        for fault in desk.known.diagnostics
        if fault.edit and fault.span.path == path and _touch(convert.range(fault.span), params.range)
    ]


def _touch(one: types.Range, other: types.Range) -> bool:
    return one.start <= other.end and other.start <= one.end


def _action(convert: Converter, fault: Diagnostic, edit: Edit, desk: Desk) -> types.CodeAction:
    span = edit.span
    old = desk.text(span.path).line(span.line - 1)[span.column - 1 : span.column - 1 + span.length]
    new = edit.text.strip()
    title = f"change `{old}` to `{new}`" if old and new else f"delete `{old}`" if old else f"add `{new}`"
    where = "" if span.path == fault.span.path else f" in {span.path}"
    return types.CodeAction(
        title + where,
        types.CodeActionKind.QuickFix,
        [convert.diagnostic(fault)],
        is_preferred=True,
        edit=types.WorkspaceEdit(document_changes=[_in_file(convert, span.path, [edit])]),
    )


_ASKED: dict[str, Callable[..., Any]] = {
    types.TEXT_DOCUMENT_HOVER: _hover,
    types.TEXT_DOCUMENT_DEFINITION: _definition,
    types.TEXT_DOCUMENT_REFERENCES: _references,
    types.TEXT_DOCUMENT_DOCUMENT_SYMBOL: _symbols,
    types.TEXT_DOCUMENT_PREPARE_RENAME: _prepare_rename,
}
