"""Import packages in a process of their own, so that one that crashes takes nothing with it.

    python -P import_probe.py numpy torch ...

Prints one JSON object a line: ``{"begin": name}``, then ``{"ok": name}`` or ``{"bad": name, "reason": "..."}``.
"""

import importlib
import json
import sys


def probe(name: str) -> dict[str, str]:
    """Import the module ``name`` and use the one thing that the course cannot do without."""
    try:
        module = importlib.import_module(name)
        if name == "ipywidgets":
            module.IntSlider(value=1)
        if name == "torch" and module.cuda.is_available():
            return {"ok": name, "device": str(module.cuda.get_device_name(0))}
    except BaseException as error:  # whatever a broken installation raises, SystemExit included
        first_line = (str(error).splitlines() or [""])[0]
        return {"bad": name, "reason": f"{type(error).__name__}: {first_line}"}
    return {"ok": name}


def main(names: list[str]) -> None:
    """Probe each name in turn; a crash leaves its ``begin`` without an answer."""
    for name in names:
        print(json.dumps({"begin": name}), flush=True)
        print("\n" + json.dumps(probe(name)), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
