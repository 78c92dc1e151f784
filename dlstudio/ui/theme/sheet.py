"""Sheet: the look of Qt's own widgets, written with the tokens of a theme."""

from dlstudio.core.resources import resource
from dlstudio.ui.theme.fonts import NUMBERS, WORDS
from dlstudio.ui.theme.tokens import BODY, HEAD, SMALL, TINY, Theme


def sheet(theme: Theme, scale: float = 1.0) -> str:
    """The style sheet of the whole program."""
    t = theme

    def px(size: float) -> str:
        return f"{round(size * scale)}px"

    check = resource("icons", "check.svg").as_posix()
    down = resource("icons", "chevron-down.svg").as_posix()
    return f"""
* {{ font-family: "{WORDS}"; font-size: {px(SMALL)}; color: {t.text}; outline: none; }}
QWidget {{ background: {t.panel}; }}
QMainWindow, QMainWindow::separator {{ background: {t.window}; }}
QMainWindow::separator {{ width: 1px; height: 1px; background: {t.line}; }}
QMainWindow::separator:hover {{ background: {t.accent}; }}
QDialog {{ background: {t.panel}; }}
QLabel, QCheckBox, QRadioButton {{ background: transparent; }}
QLabel[role="muted"] {{ color: {t.muted}; }}
QLabel[role="small"] {{ color: {t.muted}; font-size: {px(TINY)}; }}
QLabel[role="head"] {{ font-size: {px(BODY)}; font-weight: 600; }}
QLabel[role="title"] {{ font-size: {px(HEAD)}; font-weight: 600; }}
QLabel[role="number"] {{ font-family: "{NUMBERS}"; }}
QLabel[role="bad"] {{ color: {t.bad}; }}
QLabel[role="good"] {{ color: {t.good}; }}
QLabel[role="warn"] {{ color: {t.warn}; }}
QToolTip {{ background: {t.raised}; color: {t.text}; border: 1px solid {t.line}; padding: 4px 8px; }}

QPushButton, QToolButton {{ background: {t.raised}; border: 1px solid {t.line}; border-radius: 6px; padding: 4px 10px; }}
QPushButton:hover, QToolButton:hover {{ background: {t.hover}; }}
QPushButton:pressed, QToolButton:pressed {{ background: {t.chosen}; }}
QPushButton:focus, QToolButton:focus {{ border-color: {t.accent}; }}
QPushButton:disabled, QToolButton:disabled {{ color: {t.muted}; background: {t.panel}; }}
QPushButton[role="primary"] {{ background: {t.accent}; border-color: {t.accent}; color: {t.on_accent}; font-weight: 600; }}
QPushButton[role="primary"]:disabled {{ background: {t.line}; border-color: {t.line}; color: {t.muted}; }}
QPushButton[role="link"] {{ background: transparent; border: none; color: {t.accent}; padding: 2px 4px; }}
QPushButton[role="link"]:hover {{ text-decoration: underline; }}
QPushButton[role="tab"] {{ background: transparent; border: none; border-radius: 6px; color: {t.muted}; padding: 4px 10px; }}
QPushButton[role="tab"]:hover {{ color: {t.text}; background: {t.hover}; }}
QPushButton[role="tab"]:checked {{ color: {t.text}; background: {t.chosen}; }}
QToolButton {{ padding: 4px; border-color: transparent; background: transparent; }}
QToolButton::menu-indicator {{ image: none; }}

QLineEdit, QPlainTextEdit, QTextEdit, QSpinBox, QDoubleSpinBox, QComboBox {{
  background: {t.window}; border: 1px solid {t.line}; border-radius: 6px; padding: 3px 8px; min-height: 18px;
  selection-background-color: {t.accent}; selection-color: {t.on_accent}; }}
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QSpinBox:focus, QDoubleSpinBox:focus, QComboBox:focus {{
  border-color: {t.accent}; }}
QLineEdit:disabled, QComboBox:disabled, QSpinBox:disabled {{ color: {t.muted}; }}
QLineEdit[state="bad"], QSpinBox[state="bad"], QComboBox[state="bad"], QPlainTextEdit[state="bad"] {{ border-color: {t.bad}; }}
QLineEdit[role="number"], QSpinBox, QDoubleSpinBox, QPlainTextEdit[role="code"] {{ font-family: "{NUMBERS}"; }}
QSpinBox::up-button, QSpinBox::down-button, QDoubleSpinBox::up-button, QDoubleSpinBox::down-button {{ width: 0; border: none; }}
QComboBox::drop-down {{ border: none; width: 20px; }}
QComboBox::down-arrow {{ image: url({down}); width: 12px; height: 12px; }}
QComboBox QAbstractItemView {{ background: {t.raised}; border: 1px solid {t.line}; padding: 4px;
  selection-background-color: {t.chosen}; selection-color: {t.text}; }}
QCheckBox {{ spacing: 8px; }}
QCheckBox::indicator {{ width: 14px; height: 14px; border: 1px solid {t.muted}; border-radius: 4px; background: {t.window}; }}
QCheckBox::indicator:checked {{ background: {t.accent}; border-color: {t.accent}; image: url({check}); }}
QCheckBox::indicator:focus {{ border-color: {t.accent}; }}
QSlider::groove:horizontal {{ height: 4px; background: {t.line}; border-radius: 2px; }}
QSlider::handle:horizontal {{ width: 14px; margin: -5px 0; border-radius: 7px; background: {t.accent}; }}
QProgressBar {{ background: {t.line}; border: none; border-radius: 2px; max-height: 4px; }}
QProgressBar::chunk {{ background: {t.accent}; border-radius: 2px; }}

QMenuBar {{ background: transparent; spacing: 0; }}
QMenuBar::item {{ background: transparent; padding: 5px 8px; border-radius: 6px; }}
QMenuBar::item:selected {{ background: {t.hover}; }}
QMenu {{ background: {t.raised}; border: 1px solid {t.line}; padding: 4px; }}
QMenu::item {{ padding: 5px 24px 5px 12px; border-radius: 4px; background: transparent; }}
QMenu::item:selected {{ background: {t.chosen}; }}
QMenu::item:disabled {{ color: {t.muted}; }}
QMenu::separator {{ height: 1px; background: {t.line}; margin: 4px 8px; }}
QMenu::icon {{ padding-left: 8px; }}

QTabBar {{ background: transparent; qproperty-drawBase: 0; }}
QTabBar::tab {{ background: transparent; color: {t.muted}; padding: 6px 12px; border: none; border-bottom: 2px solid transparent; }}
QTabBar::tab:selected {{ color: {t.text}; border-bottom-color: {t.accent}; }}
QTabBar::tab:hover {{ color: {t.text}; }}
QTabWidget::pane {{ border: none; }}
QDockWidget {{ titlebar-close-icon: none; titlebar-normal-icon: none; }}
QDockWidget::title {{ background: {t.panel}; padding: 6px 8px; }}

QScrollArea, QAbstractScrollArea {{ border: none; background: {t.panel}; }}
QScrollBar:vertical {{ background: transparent; width: 10px; margin: 0; }}
QScrollBar:horizontal {{ background: transparent; height: 10px; margin: 0; }}
QScrollBar::handle {{ background: {t.line}; border-radius: 3px; margin: 2px; min-height: 24px; min-width: 24px; }}
QScrollBar::handle:hover {{ background: {t.muted}; }}
QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page, QScrollBar::sub-page {{ background: none; border: none; width: 0; height: 0; }}

QTreeView, QListView, QTableView {{ background: {t.panel}; border: none; alternate-background-color: {t.panel};
  selection-background-color: {t.chosen}; selection-color: {t.text}; gridline-color: {t.line}; }}
QTreeView::item, QListView::item {{ padding: 3px 4px; border-radius: 4px; }}
QTreeView::item:hover, QListView::item:hover {{ background: {t.hover}; }}
QTreeView::item:selected, QListView::item:selected, QTableView::item:selected {{ background: {t.chosen}; color: {t.text}; }}
QHeaderView::section {{ background: {t.panel}; color: {t.muted}; border: none; border-bottom: 1px solid {t.line}; padding: 4px 8px; }}
QTableCornerButton::section {{ background: {t.panel}; border: none; }}
QSplitter::handle {{ background: {t.line}; }}
QStatusBar {{ background: {t.window}; color: {t.muted}; }}
"""
