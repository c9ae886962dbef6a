"""The group's accent colour as a small stylesheet, bent until text in it can be read (WCAG 2.2, 1.4.3: 4.5 to 1)."""

import re

_READABLE = 4.5
_HEX = re.compile(r"#[0-9a-fA-F]{6}")
_FALLBACK = "#1f6f6b"
# The lightest and darkest surfaces that accent text lies on; see the tokens in style.css.
LIGHT_SURFACE, DARK_SURFACE = "#f1efe9", "#242b30"

_Colour = tuple[float, float, float]


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours `#rrggbb`, 1 to 21."""
    lighter, darker = sorted((_luminance(_read(one)), _luminance(_read(other))), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def readable_on(surface: str, colour: str) -> str:
    """The colour, moved towards black or white no further than it must to be read on the surface."""
    goal = 0.0 if _luminance(_read(surface)) > 0.18 else 1.0
    start = _read(colour)
    mixed = (_write(tuple(part + (goal - part) * step / 100 for part in start)) for step in range(101))
    return next(colour for colour in mixed if contrast(colour, surface) >= _READABLE)


def stylesheet(accent: str) -> str:
    """The accent's tokens for light and dark. Anything but `#rrggbb` falls back to the colour that ships."""
    chosen = accent if _HEX.fullmatch(accent) else _FALLBACK
    light, dark = readable_on(LIGHT_SURFACE, chosen), readable_on(DARK_SURFACE, chosen)
    return (
        f":root {{ --accent: {light}; --on-accent: {_text_on(light)}; }}\n"
        "@media (prefers-color-scheme: dark) {\n"
        f"  :root {{ --accent: {dark}; --on-accent: {_text_on(dark)}; }}\n"
        "}\n"
        # Paper is white, whatever the screen was.
        f"@media print {{ :root {{ --accent: {light}; --on-accent: {_text_on(light)}; }} }}\n"
    )


def _text_on(colour: str) -> str:
    return "#ffffff" if contrast("#ffffff", colour) >= _READABLE else "#101416"


def _read(colour: str) -> _Colour:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue


def _write(colour: tuple[float, ...]) -> str:
    return "#" + "".join(f"{round(part * 255):02x}" for part in colour)


def _luminance(colour: _Colour) -> float:
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
