"""The pictures of pins and wirings: they have to be what the profiles of boards and the forms of wirings make of them."""

import json
from pathlib import Path

from host.lint import Finding
from host.pictures.agree import unwired
from host.pictures.pinout import pinout
from host.pictures.profiles import Profile, profiles
from host.pictures.wiring import drawing

FOLDER = "docs/pictures"
FORMS = FOLDER + "/wiring.json"  # {name: wiring}; an example has one of its own
EXAMPLE = "wiring.json"


def check(root: Path, fix: bool = False) -> list[Finding]:
    """A finding for each form that cannot be drawn and each picture that is not what is made; fix: write and remove pictures."""
    try:
        known = {profile.name: profile for profile in profiles(root)}
    except (SyntaxError, KeyError, ValueError):
        return []  # the check of the sources tells where
    made = {f"{FOLDER}/pins-{name}.svg": pinout(profile) for name, profile in known.items()}
    found = []
    forms = _read(root / FORMS, FORMS, found)
    for name, form in forms.items():
        _draw(form, known, f"{FOLDER}/wiring-{name}.svg", FORMS, made, found)
    for path in sorted(root.glob("examples/*/" + EXAMPLE)):
        shown, beside = path.relative_to(root).as_posix(), path.with_name("config.json")
        form = _read(path, shown, found)
        profile = _draw(form, known, shown.removesuffix("json") + "svg", shown, made, found)
        if profile and beside.is_file():
            config = _read(beside, beside.relative_to(root).as_posix(), found)
            found += [Finding(shown, 1, words) for words in unwired(form, config, profile)]
    there = [path.relative_to(root).as_posix() for path in [*root.glob(FOLDER + "/*.svg"), *root.glob("examples/*/wiring.svg")]]
    for name in sorted({*made, *there}):
        path, text = root / name, made.get(name)
        if text is None and not found:  # what a broken form has drawn before stays
            if fix:
                path.unlink()
            else:
                found.append(Finding(name, 1, "nothing makes this picture any more: ./deploy.sh check --fix removes it"))
        elif text is not None and (not path.is_file() or path.read_text("utf-8") != text):
            if fix:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, "utf-8")
            else:
                found.append(Finding(name, 1, "this picture is not what the sources say: ./deploy.sh check --fix writes it"))
    return found


def _read(path: Path, shown: str, found: list[Finding]) -> dict:
    try:
        said = json.loads(path.read_text("utf-8")) if path.is_file() else {}
    except ValueError as error:
        found.append(Finding(shown, getattr(error, "lineno", 1), f"this is not JSON: {error}"))
        return {}
    if not isinstance(said, dict):
        found.append(Finding(shown, 1, "this is to be a JSON object"))
        return {}
    return said


def _draw(form: dict, known: dict[str, Profile], name: str, shown: str, made: dict, found: list[Finding]) -> Profile | None:
    """Draw a form into `made`; its board, or None with a finding."""
    if not form:
        return None
    profile = known.get(form.get("board"))
    if not profile:
        found.append(Finding(shown, 1, f"{Path(name).stem}: no board {form.get('board')!r}; there are {', '.join(known)}"))
        return None
    try:
        made[name] = drawing(form, profile)
    except ValueError as error:
        found.append(Finding(shown, 1, f"{Path(name).stem}: {error}"))
        return None
    return profile
