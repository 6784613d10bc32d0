"""What a page says, and what it says of itself: its words, and whatever a page of tables and charts has no need of."""

import re
from html.parser import HTMLParser

_TAGS = frozenset(
    [
        "html",
        "head",
        "meta",
        "title",
        "style",
        "body",
        "main",
        "h1",
        "h2",
        "h3",
        "p",
        "a",
        "ul",
        "li",
        "b",
        "abbr",
        "div",
        "table",
        "caption",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "svg",
        "text",
        "line",
        "rect",
        "circle",
    ]
)
_WORDED = frozenset(["lang", "charset", "name", "content", "href", "class", "scope", "title", "role", "aria-label"])
_MEASURED = frozenset(["viewbox", "x", "y", "x1", "y1", "x2", "y2", "cx", "cy", "r", "width", "height", "data-part", "data-whole"])
_MEASURE = re.compile(r"(-?\d{1,7}(\.\d+)? ?)+")
_METAS = frozenset({("charset", "utf-8"), ("name", "viewport"), ("content", "width=device-width")})


class Page(HTMLParser):
    """A page that was read: ``texts`` are its words, also those of attributes; ``n_foreign`` counts tags, attributes and comments beyond its needs."""

    def __init__(self, content: bytes) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.n_foreign = 0
        self._is_style = False
        self.feed(content.decode("utf-8", "replace"))
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A tag and its attributes."""
        self._is_style = tag == "style"
        self.n_foreign += tag not in _TAGS
        for name, value in attrs:
            if not (name in _MEASURED and _MEASURE.fullmatch(value or "")):
                self.texts.append(value or "")
                self.n_foreign += name not in _WORDED or (tag == "meta" and (name, value) not in _METAS)

    def handle_endtag(self, tag: str) -> None:
        """A tag ends."""
        self._is_style = self._is_style and tag != "style"

    def handle_data(self, data: str) -> None:
        """Words, unless of the style, which has colours."""
        if not self._is_style:
            self.texts.append(data)

    def handle_comment(self, data: str) -> None:
        """Nobody needs to see it."""
        self._foreign(data)

    def handle_pi(self, data: str) -> None:
        """Of XML, or of a program."""
        self._foreign(data)

    def handle_decl(self, decl: str) -> None:
        """What kind of page it is."""
        if decl != "doctype html":
            self._foreign(decl)

    def unknown_decl(self, data: str) -> None:
        """Of XML."""
        self._foreign(data)

    def _foreign(self, text: str) -> None:
        self.n_foreign += 1
        self.texts.append(text)
