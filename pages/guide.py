"""The guide: by what one has, a part each."""

from generain_core.ui.guide import shown
from generain_core.ui.shell import layout

layout.begin_page("pages/guide.py")
layout.title("Guide", "What to do with what you have, and what the numbers mean.")
shown.show(shown.choice())
