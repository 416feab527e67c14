"""Finds in a PDF what acts by itself, is carried inside, or is fetched from elsewhere.

Walked as objects, never searched as bytes: names may be #-escaped and sit in compressed object streams. A key counts by
what it holds, since a picture or a font may be called anything, `/JS` and `/AA` included.
"""

from collections.abc import Callable, Iterator, Mapping

from pikepdf import Array, Dictionary, Name, Object, Stream, String

from services.documents.files.inspect.links import is_elsewhere, reaches_out

SCRIPT, LAUNCH, SENDS, AUTOMATIC, FILE, MEDIA, ELSEWHERE, DYNAMIC_FORM = (
    "script", "launch", "sends", "automatic", "file", "media", "elsewhere", "dynamic-form",
)  # fmt: skip

_KINDS: Mapping[str, str] = {
    "/JavaScript": SCRIPT,
    "/Launch": LAUNCH,
    "/SubmitForm": SENDS,
    "/ImportData": SENDS,
    "/GoToE": FILE,
    "/GoToR": ELSEWHERE,
    "/EmbeddedFile": FILE,
    "/Rendition": MEDIA,
    "/RichMedia": MEDIA,
    "/RichMediaExecute": MEDIA,
    "/Movie": MEDIA,
    "/Sound": MEDIA,
    "/3D": MEDIA,
}
_HARMLESS_BY_ITSELF = frozenset({"/GoTo", "/Named"})
_FILE_KEYS = ("/F", "/UF", "/DOS", "/Mac", "/Unix")
_STEPS = 16  # further actions after one


def active_in(top: Object) -> Iterator[str]:
    """Yields what is active in an indirect object and the direct objects inside it."""
    waiting = [top]
    while waiting:
        item = waiting.pop()
        if isinstance(item, Array):
            waiting.extend(part for part in item.as_list() if _is_inner(part))
            continue
        if not isinstance(item, Dictionary | Stream):
            continue
        if isinstance(item, Stream) and "/F" in item:  # its bytes are those of another file
            yield ELSEWHERE
        entries = item.stream_dict if isinstance(item, Stream) else item
        for key, value in entries.items():
            if (rule := _RULES.get(key)) and (found := rule(value)):
                yield found
            if _is_inner(value):
                waiting.append(value)


def _kind(value: object) -> str:
    return _KINDS.get(str(value), "") if isinstance(value, Name) else ""


def _opening(value: object) -> str:
    """Finds an action that runs when the document opens; a plain destination is an array or a name."""
    return AUTOMATIC if _acts(value, _STEPS) else ""


def _additional_actions(value: object) -> str:
    if not isinstance(value, Dictionary):
        return ""
    return AUTOMATIC if any(_acts(each, _STEPS) for each in value.values()) else ""


def _acts(action: object, steps: int) -> bool:
    """Returns whether the action, or what follows it, does more than go to a page; a dictionary without /S is no
    action."""
    if isinstance(action, Array):
        return any(_acts(each, steps) for each in action.as_list())
    if not isinstance(action, Dictionary) or "/S" not in action:
        return False
    if steps == 0 or str(action.S) not in _HARMLESS_BY_ITSELF:
        return True
    return "/Next" in action and _acts(action.Next, steps - 1)


def _tree_of(what: str) -> Callable[[object], str]:
    """Makes the check for a name tree in the catalogue, however empty."""
    return lambda value: (
        what if isinstance(value, Dictionary) and any(key in value for key in ("/Names", "/Kids", "/Limits")) else ""
    )


def _embedded(value: object) -> str:
    """Returns the bytes of a file specification: by its platforms, or not there yet."""
    if not isinstance(value, Dictionary):
        return ""
    return FILE if not value.keys() or any(key in value for key in _FILE_KEYS) else ""


def _dynamic_form(value: object) -> str:
    """Reads XFA, which is packets in an array, or a stream that is no picture."""
    is_picture = isinstance(value, Stream) and ("/Width" in value or "/BBox" in value)
    return DYNAMIC_FORM if isinstance(value, Array | Stream) and not is_picture else ""


def _address(value: object) -> str:
    return ELSEWHERE if isinstance(value, String) and reaches_out(str(value)) else ""


def _path(value: object) -> str:
    return ELSEWHERE if isinstance(value, String) and is_elsewhere(str(value)) else ""


def _file_system(value: object) -> str:
    return ELSEWHERE if isinstance(value, Name) and str(value) == "/URL" else ""


def _page_of_another_file(value: object) -> str:
    return ELSEWHERE if isinstance(value, Dictionary) and "/F" in value else ""


_RULES: Mapping[str, Callable[[object], str]] = {
    **dict.fromkeys(("/S", "/Type", "/Subtype"), _kind),
    "/OpenAction": _opening,
    "/AA": _additional_actions,
    "/JavaScript": _tree_of(SCRIPT),
    "/EmbeddedFiles": _tree_of(FILE),
    "/EF": _embedded,
    "/XFA": _dynamic_form,
    **dict.fromkeys(("/URI", "/Base"), _address),
    "/FS": _file_system,
    **dict.fromkeys(_FILE_KEYS, _path),
    "/Ref": _page_of_another_file,
}
COUNTS = frozenset({*_RULES, "/Next", "/A"})
"""Keys that must not be there twice: one reader takes the first, another the last."""


def _is_inner(value: object) -> bool:
    """Returns whether a container is written in place; a container referred to is an object of its own and comes in its
    turn."""
    return isinstance(value, Array | Dictionary) and not value.is_indirect
