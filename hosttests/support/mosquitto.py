"""A real MQTT broker, Mosquitto, and a client of it that remembers what it hears."""

import contextlib
import os
import shutil
import socket
import subprocess
from pathlib import Path

import paho.mqtt.client as paho

from virtualboard.client import wait

PROGRAM = shutil.which("mosquitto", path=f"{os.environ['PATH']}:/usr/sbin")  # where Debian puts it


class Mosquitto:
    """A broker on a port of its own, which can be stopped and started; it keeps its sessions in `folder`."""

    def __init__(self, folder: Path, password: str = "", tls: tuple[Path, Path] | None = None):
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.file = folder / "mosquitto.conf"
        lines = [f"listener {self.port} 127.0.0.1", f"allow_anonymous {'false' if password else 'true'}", "persistence true"]
        lines += [f"persistence_location {folder}/", "autosave_interval 1", "autosave_on_changes true", "max_queued_messages 5000"]
        lines += ["user root", "log_dest stderr"]
        if password:
            passwords = folder / "passwords"
            maker = shutil.which("mosquitto_passwd")
            subprocess.run([maker, "-b", "-c", passwords, "picorest", password], check=True, capture_output=True)
            lines.append(f"password_file {passwords}")
        if tls:
            lines += [f"certfile {tls[0]}", f"keyfile {tls[1]}"]
        self.file.write_text("\n".join(lines) + "\n", "utf-8")
        self.process = None
        self.start()

    def start(self) -> None:
        with self.file.with_suffix(".log").open("ab") as log:
            self.process = subprocess.Popen([PROGRAM, "-c", self.file], stderr=log)

        def listens():
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
                return True
            return False

        wait(listens, "mosquitto does not start")

    def stop(self) -> None:
        """An end that saves its sessions."""
        self.process.terminate()
        self.process.wait(10)

    def close(self) -> None:
        self.stop()


class Listener:
    """What others say on the topics; and a way to say something. topics: what each said last, in order: every one."""

    def __init__(self, port: int, **login):
        self.said: dict[str, list[str]] = {}
        self.client = paho.Client(paho.CallbackAPIVersion.VERSION2)
        if login:
            self.client.username_pw_set(**login)
        self.client.on_message = self._take
        self.client.on_connect = lambda client, *_: client.subscribe("#", qos=1)
        self.client.connect("127.0.0.1", port)
        self.client.loop_start()

    def _take(self, client, data, message) -> None:
        self.said.setdefault(message.topic, []).append(message.payload.decode(errors="replace"))

    def last(self, topic: str) -> str | None:
        return self.said.get(topic, [None])[-1]

    def hear(self, topic: str, text: str) -> None:
        """Wait until that is what the topic says."""
        wait(lambda: self.last(topic) == text, lambda: f"{topic} says {self.last(topic)}, not {text}")

    def say(self, topic: str, text: str, qos: int = 1) -> None:
        """Publish; returns when the broker has it."""
        self.client.publish(topic, text, qos).wait_for_publish(10)

    def close(self) -> None:
        self.client.disconnect()
        self.client.loop_stop()
