"""`python -m config.supervisor run | start-servers | stop | status | env`."""

import argparse
import os
import sys

from config.supervisor.application import Installation
from config.supervisor.errors import StartError
from config.supervisor.servers import embedded, environment
from config.supervisor.supervise import Supervisor, say, stop


def run(installation: Installation) -> int:
    return Supervisor(installation).run()


def start_servers(installation: Installation) -> int:
    """Start the embedded servers and leave them running; `run` takes them over, `stop` stops them."""
    installation.home.prepare()
    with installation.home.locked():
        for server in embedded(installation.home):
            server.start()
            say(f"{server.name} is running.")
    return 0


def stop_everything(installation: Installation) -> int:
    say("Stopped." if stop(installation.home) else "Nothing was running.")
    return 0


def status(installation: Installation) -> int:
    """0 when the web server is ready and every embedded server lives."""
    states = {server.name: server.is_alive() for server in embedded(installation.home)}
    states[f"web ({installation.url})"] = installation.answers("/readyz")
    for name, alive in states.items():
        say(f"{name}: {'running' if alive else 'not running'}")
    return 0 if all(states.values()) else 1


def print_environment(installation: Installation) -> int:
    for name, value in environment(installation.home.path).items():
        say(f"export {name}='{value}'")
    return 0


COMMANDS = {
    "run": run,
    "start-servers": start_servers,
    "stop": stop_everything,
    "status": status,
    "env": print_environment,
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m config.supervisor", description="Run Evenhand from one folder.")
    parser.add_argument("command", choices=COMMANDS)
    command = parser.parse_args().command
    try:
        return COMMANDS[command](Installation.from_environment(os.environ))
    except StartError as error:
        return refuse(str(error))
    except OSError as error:
        return refuse(f"{error.strerror}: {error.filename}. Give this user the right to it, or set EVENHAND_HOME.")


def refuse(line: str) -> int:
    print(f"Evenhand: {line}", file=sys.stderr)  # noqa: T201
    return 1


if __name__ == "__main__":
    sys.exit(main())
