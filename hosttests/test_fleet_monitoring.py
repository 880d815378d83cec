"""examples/fleet: Prometheus with a fleet of boards; its alert rules and Grafana's page about it."""

import json
import re
import subprocess
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import yaml

from host import ROOT
from host.board import discovery
from host.board.fleet import Fleet
from hosttests.support.ntp_servers import HOME
from hosttests.support.prometheus import Prometheus, program
from virtualboard.client import VirtualBoard

FOLDER = ROOT / "examples" / "fleet"
SETTINGS = yaml.safe_load((FOLDER / "prometheus.yml").read_text("utf-8"))
RULES = [rule for group in yaml.safe_load((FOLDER / "alerts.yml").read_text("utf-8"))["groups"] for rule in group["rules"]]
DASHBOARD = json.loads((FOLDER / "dashboard.json").read_text("utf-8"))
KNOWN = {"up", *re.findall(r"^\| `(picorest_\w+)`", (ROOT / "docs" / "metrics.md").read_text("utf-8"), re.M)}
COUNT = 20


def promtool(*words, folder=FOLDER) -> subprocess.CompletedProcess:
    return subprocess.run([program("promtool"), *words], cwd=folder, capture_output=True, text=True, timeout=60)


def expressions() -> list[str]:
    """What the panels of the dashboard ask for, with Grafana's variables as it fills them in."""
    found = [target["expr"] for panel in DASHBOARD["panels"] for target in panel["targets"]]
    return [text.replace("$__rate_interval", "2m").replace("$instance", "shed|attic") for text in found]


def test_the_alert_rules():
    done = promtool("test", "rules", "alerts.test.yml")
    assert done.returncode == 0, done.stdout + done.stderr
    tested = yaml.safe_load((FOLDER / "alerts.test.yml").read_text("utf-8"))["tests"]
    come = {case["alertname"] for test in tested for case in test["alert_rule_test"] if case.get("exp_alerts")}
    silent = {case["alertname"] for test in tested for case in test["alert_rule_test"] if not case.get("exp_alerts")}
    assert come == silent == {rule["alert"] for rule in RULES}, "each comes, and does not"


def test_the_page_has_the_same():
    page = (ROOT / "docs" / "fleet.md").read_text("utf-8")
    assert re.findall(r"^\| `(\w+)` \|", page, re.M) == [rule["alert"] for rule in RULES]
    (shown,) = re.findall(r"^```yaml\n(.*?)^```", page, re.M | re.S)
    assert shown in (FOLDER / "prometheus.yml").read_text("utf-8")


def test_a_rule_that_is_wrong_is_found(tmp_path):
    text = (FOLDER / "alerts.yml").read_text("utf-8")
    (tmp_path / "alerts.yml").write_text(text.replace("for: 3m", "for: 30m"))
    (tmp_path / "alerts.test.yml").write_text((FOLDER / "alerts.test.yml").read_text("utf-8"))
    done = promtool("test", "rules", "alerts.test.yml", folder=tmp_path)
    assert done.returncode == 1 and "BoardGone" in done.stdout + done.stderr


def test_the_dashboard_asks_for_what_there_is(tmp_path):
    """promtool parses each expression; each metric is one that the boards have, and none is left out."""
    assert not [text for text in expressions() if "$" in text]
    rules = [{"record": f"panel:number_{n}", "expr": text} for n, text in enumerate(expressions())]
    (tmp_path / "panels.json").write_text(json.dumps({"groups": [{"name": "panels", "rules": rules}]}))
    done = promtool("check", "rules", "--lint=none", "panels.json", folder=tmp_path)
    assert done.returncode == 0 and f"{len(rules)} rules found" in done.stdout, done.stdout + done.stderr
    asked = {name for text in expressions() for name in re.findall(r"\b(?:picorest_\w+|up\b)", text)}
    assert asked == KNOWN
    assert {name for rule in RULES for name in re.findall(r"picorest_\w+|up\b", rule["expr"])} <= KNOWN


def test_the_dashboard_is_one_that_grafana_reads():
    panels = DASHBOARD["panels"]
    assert DASHBOARD["uid"] and DASHBOARD["title"] and len({panel["id"] for panel in panels}) == len(panels)
    cells = [(x, y) for panel in panels for at in [panel["gridPos"]] for x in range(at["x"], at["x"] + at["w"])
             for y in range(at["y"], at["y"] + at["h"])]  # fmt: skip
    assert len(cells) == len(set(cells)) and max(x for x, _ in cells) < 24, "panels lie over each other"
    names = {variable["name"] for variable in DASHBOARD["templating"]["list"]}
    used = set(re.findall(r"\$\{?(\w+)", json.dumps(DASHBOARD))) - {"__rate_interval", "__all"}
    assert used == names == {"datasource", "instance"}


@pytest.mark.parametrize("way", ["file", "http"])
def test_the_scrape_configuration_finds_the_boards(tmp_path, way):
    """In the file, and over HTTP when its lines about that are taken instead."""
    fleet = Fleet(tmp_path / "fleet.json")
    fleet.add("127.0.0.1:9", "shed", "")
    fleet.save()
    text = (FOLDER / "prometheus.yml").read_text("utf-8")
    server = discovery.server(fleet.file, "127.0.0.1", 0)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    if way == "http":
        kept, _, rest = text.partition("    file_sd_configs:")
        text = kept + "\n".join(re.findall(r"^    # ((?:http_sd_configs:|  - url:).*)", rest, re.M)).replace("\n", "\n    ")
        text = text.replace(kept, kept + "    ").replace("127.0.0.1:9790", f"127.0.0.1:{server.server_address[1]}") + "\n"
    (tmp_path / "prometheus.yml").write_text(text)
    (tmp_path / "alerts.yml").write_text((FOLDER / "alerts.yml").read_text("utf-8"))
    done = promtool("check", "config", "prometheus.yml", folder=tmp_path)
    assert done.returncode == 0 and f"{len(RULES)} rules found" in done.stdout, done.stdout + done.stderr
    done = promtool("check", "service-discovery", "--timeout=2s", "prometheus.yml", "picorest", folder=tmp_path)
    server.shutdown()
    server.server_close()
    (found,) = json.loads(done.stdout)
    labels = found["labels"]
    assert (labels["instance"], labels["job"], found["discoveredLabels"]["__address__"]) == ("shed", "picorest", "127.0.0.1:9")


@pytest.mark.long
@pytest.mark.world
@pytest.mark.native("many boards")
def test_twenty_boards_of_which_one_dies_and_comes_back(tmp_path, request):
    if not request.config.getoption("--board").startswith("virtual"):
        pytest.skip("starts boards of its own")
    fleet = Fleet(tmp_path / "fleet.json")
    boards = {}

    def start(number: int) -> None:
        name = f"board-{number:02}"
        boards[name] = VirtualBoard("nodemcu", tmp_path / name, config={"wifi": HOME, "dht": [{"pin": "D2", "type": "dht22"}]})
        boards[name].wait_until_it_serves()

    try:
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(start, range(1, COUNT + 1)))
        for name, board in sorted(boards.items()):
            fleet.add(board.url, name, "")
        fleet.save()
        quick = {"scrape_interval": "1s", "scrape_timeout": "1s", "evaluation_interval": "1s"}
        settings = SETTINGS | {"global": quick, "rule_files": [str(FOLDER / "alerts.yml")]}
        with Prometheus(tmp_path, settings=settings) as prometheus:
            prometheus.wait(f'count(up{{job="picorest"}} == 1) == {COUNT}')
            prometheus.wait(f'count(picorest_temperature_celsius{{sensor="D2"}} == 21.5) == {COUNT}')
            names = {found["labels"]["instance"] for found in prometheus.query("picorest_uptime_seconds")}
            assert names == set(boards)
            for text in expressions():
                prometheus.query(text.replace("shed|attic", ".*"))  # an error would be one here
            boards["board-07"].kill()
            prometheus.wait('up{instance="board-07"} == 0')
            prometheus.wait('ALERTS{alertname="BoardGone", instance="board-07", alertstate="pending"}')
            assert prometheus.query('count(up == 1)')[0]["value"] == COUNT - 1
            start(7)
            fleet.add(boards["board-07"].url, "board-07", "")
            fleet.save()
            prometheus.wait(f'count(up{{job="picorest"}} == 1) == {COUNT} unless on() (up == 0)')
    finally:
        for board in boards.values():
            board.close()
