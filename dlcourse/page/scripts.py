"""stub"""
from pathlib import Path
HERE = Path(__file__).parent
def script(*parts):
    return "\n".join((HERE / f"{p}.js" if isinstance(p, str) else p).read_text(encoding="utf-8") for p in parts)
def style_sheet(*parts):
    return "\n".join((HERE / f"{p}.css" if isinstance(p, str) else p).read_text(encoding="utf-8") for p in parts)
