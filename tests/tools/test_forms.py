"""What forms for the configuration are made of: every key of its table, with a group and a label."""

import json

from host.build import DEVICE, forms
from tests.docs.test_configuration import ROWS


def made() -> list[dict]:
    found = json.loads(forms.schema({forms.SOURCE: (DEVICE / forms.SOURCE).read_bytes()})[forms.PAGE])
    return [dict(zip(found["columns"], row, strict=True)) for row in found["rows"]]


def test_every_key_with_what_the_table_says():
    expected = [[path, kind, when, json.loads(default), words] for path, kind, when, default, words in ROWS]
    assert [list(row.values())[:5] for row in made()] == expected


def test_every_key_has_a_group_and_a_label_of_its_own():
    groups = [row["group"] for row in made()]
    alone = {row["group"] for row in made() if "." not in row["path"]}
    assert alone == {"Board", "Pins", "Sensors", "Links", "Alarms", "Other servers"}
    assert [row["group"] for row in made() if row["path"] == "allowed_origins"] == ["Board"]
    assert all(groups) and "Wi-Fi" in groups
    siblings = [(row["path"].rpartition(".")[0], row["label"]) for row in made()]
    assert len(set(siblings)) == len(siblings) and all(label[0].isupper() and "_" not in label for _, label in siblings)


def test_secrets_are_marked():
    secret = {row["path"] for row in made() if row["secret"]}
    assert {"token", "wifi.networks[].password", "thingspeak.write_key"} < secret and "wifi.networks[].ssid" not in secret


def test_another_tree_has_none():
    assert forms.schema({"main.py": b""}) == {}
