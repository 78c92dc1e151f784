"""Tokens: the colours, sizes and spaces of the window, by what they mean."""

from dataclasses import dataclass, fields, replace

GRID = 4
"""Everything lies on multiples of this many pixels."""


@dataclass(frozen=True, slots=True)
class Theme:
    """One set of colours; every pair of text and ground has a contrast of at least 4.5 to 1."""

    name: str
    dark: bool
    window: str
    panel: str
    raised: str
    line: str
    text: str
    muted: str
    accent: str
    good: str
    warn: str
    bad: str
    on_accent: str
    """Text on a ground of the accent."""
    hover: str
    """The ground of what the mouse is over."""
    chosen: str
    """The ground of a row that is chosen."""

    @property
    def colors(self) -> dict[str, str]:
        """Every colour by its name."""
        return {f.name: str(getattr(self, f.name)) for f in fields(self) if f.name not in ("name", "dark")}


DARK = Theme(
    name="dark",
    dark=True,
    window="#14161b",
    panel="#1a1d24",
    raised="#22262f",
    line="#2d323d",
    text="#e7eaf0",
    muted="#98a1b0",
    accent="#5b9dff",
    good="#3fb68b",
    warn="#e0a33c",
    bad="#f06e79",
    on_accent="#0c1220",
    hover="#2a2f3a",
    chosen="#20304d",
)

LIGHT = Theme(
    name="light",
    dark=False,
    window="#f3f4f6",
    panel="#ffffff",
    raised="#ffffff",
    line="#dde1e7",
    text="#1b2027",
    muted="#5f6978",
    accent="#2062df",
    good="#127857",
    warn="#935f00",
    bad="#c62e3b",
    on_accent="#ffffff",
    hover="#eef0f4",
    chosen="#e2ebfd",
)

PAPER = replace(
    LIGHT, name="paper", window="#ffffff", raised="#ffffff", line="#aeb6c2", text="#10141a", muted="#4a5361"
)
"""For pictures that are printed; no window wears it."""

CONTRAST = Theme(
    name="contrast",
    dark=True,
    window="#000000",
    panel="#000000",
    raised="#101010",
    line="#9a9a9a",
    text="#ffffff",
    muted="#d6d6d6",
    accent="#6cb4ff",
    good="#5fe3b0",
    warn="#ffd24a",
    bad="#ff8088",
    on_accent="#000000",
    hover="#262626",
    chosen="#003a75",
)

THEMES = {theme.name: theme for theme in (DARK, LIGHT, CONTRAST)}

TINY, SMALL, BODY, HEAD, TITLE = 11, 12, 13, 16, 22
"""The sizes of type, in pixels at 100 %."""

FAMILIES: dict[str, tuple[str, str]] = {
    "Structure": ("#8b95a7", "#667085"),
    "Convolution": ("#5b9dff", "#2868e0"),
    "Linear": ("#b58cff", "#7c3fe4"),
    "Activation": ("#f2a65a", "#c06a12"),
    "Pooling": ("#4cc3d9", "#0e7f97"),
    "Normalization": ("#7fce8a", "#2f8a3f"),
    "Regularization": ("#c9b458", "#8a7411"),
    "Recurrent": ("#ff8fb1", "#c53a6b"),
    "Attention": ("#ff7a6b", "#cf3f2e"),
    "Embedding": ("#9fb4ff", "#4257c9"),
    "Merge": ("#5fd0b0", "#138064"),
    "Shape": ("#a3adbd", "#5d6778"),
    "Choice": ("#d7a3f0", "#9436bd"),
    "Vision": ("#6fb3e0", "#1d6ea3"),
    "Sampling": ("#e0c070", "#8f6c10"),
    "Penalty": ("#ef8a8a", "#b53a3a"),
}
"""The colour of a family of layers, on dark and on light."""

OTHER_FAMILY = ("#8b95a7", "#667085")


def family_color(family: str, theme: Theme) -> str:
    """The colour of the bar on a node of that family."""
    on_dark, on_light = FAMILIES.get(family, OTHER_FAMILY)
    return on_dark if theme.dark else on_light


OKABE_ITO = ("#0072b2", "#e69f00", "#009e73", "#d55e00", "#cc79a7", "#56b4e9", "#f0e442", "#999999")
"""Colours that people with any kind of colour vision tell apart, for curves and ports."""

DTYPES = {"float": ("#56b4e9", "#0072b2"), "int": ("#e69f00", "#a87400"), "bool": ("#cc79a7", "#b0508a")}
"""The colour of a port by its kind of number, on dark and on light; its shape says the same."""


def dtype_color(dtype: str, theme: Theme) -> str:
    """The colour of a port."""
    on_dark, on_light = DTYPES[dtype]
    return on_dark if theme.dark else on_light
