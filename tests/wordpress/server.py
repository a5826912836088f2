"""A WordPress of our own: private database, private port, everything ended by its process id."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

from tests.wordpress.packages import SITE, core, programs, themes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.wordpress.packages import Version

# A script and its argument.
Seed = tuple[Path, str]
Action = Literal["edit", "draft", "trash", "delete", "insert"]
STRUCTURES = {"plain": "", "pretty": "/%year%/%postname%/", "index": "/index.php/%year%/%postname%/"}
_START_SECONDS = 120.0
# A picture can be read where the post that it hangs below can (WP_REST_Posts_Controller::check_read_permission).
_PUBLIC = (
    """SELECT CONCAT('posts:', post_type), ID FROM wp_posts
    WHERE post_status = 'publish' AND post_type IN ('post', 'page', 'book', 'event')""",
    """SELECT 'media', ID FROM wp_posts WHERE post_type = 'attachment' AND post_parent NOT IN
    (SELECT ID FROM (SELECT * FROM wp_posts) hidden WHERE post_status NOT IN ('publish', 'inherit'))""",
    """SELECT CONCAT('terms:', taxonomy), term_id FROM wp_term_taxonomy
    WHERE taxonomy IN ('category', 'post_tag', 'genre', 'place')""",
    """SELECT DISTINCT 'users', u.ID FROM wp_users u JOIN wp_posts p ON p.post_author = u.ID
    WHERE p.post_status = 'publish'""",
    "SELECT 'comments', comment_ID FROM wp_comments WHERE comment_approved = '1'",
)


class Seeded(NamedTuple):
    """What the seed made: ids of the plain posts in order, of the odd ones by name, of the media in order."""

    posts: list[int]
    odd: dict[str, int]
    media: list[int]


class Linked(NamedTuple):
    """The post with links of every form, the picture whose sizes it shows, and its links in order.

    A link is its URL, the table, type and id that it means, and where it means none the reason.
    """

    hub: int
    picture: int
    links: list[tuple[str, str | None, str | None, int | None, str | None]]


class WordPress:
    """A running site.

    `url` is the address of its front page, with a slash at the end, and `proxy` that of the server itself: the same
    but where the site bears a `home` of its own, which is reached through it alone. `seeded` names what stands in it
    at the start.
    """

    def __init__(
        self, folder: Path, *, seed: Seed, plugin: Path, version: Version, prefix: str = "", home: str = ""
    ) -> None:
        self._folder = folder
        self._core = core(version)
        self._programs = programs()
        self._content = folder / "content"
        self._socket = folder / "database.sock"
        self.port = _free_port()
        self.proxy = f"http://127.0.0.1:{self.port}"
        self.url = f"{home or self.proxy}{prefix}/"
        self._environment = {
            **os.environ,
            **self._programs.environment,
            "PRESSCORPUS_HOME": self.url.rstrip("/"),
            "PRESSCORPUS_CONTENT": str(self._content),
            "PRESSCORPUS_SOCKET": str(self._socket),
            "PHP_CLI_SERVER_WORKERS": "2",
        }
        self._processes: list[subprocess.Popen[bytes]] = []
        self._structure = "plain"
        self._seed, self._plugin = seed, plugin
        self.seeded = Seeded([], {}, [])

    def start(self) -> None:
        """Start the database, seed it, start the server, and wait until it answers."""
        (self._content / "uploads").mkdir(parents=True)
        (self._content / "mu-plugins").mkdir()
        (self._content / "requests.log").touch()
        shutil.copy(self._plugin, self._content / "mu-plugins")
        shutil.copytree(SITE / "theme", self._content / "themes/bare")
        self._start_database()
        self.seeded = Seeded(**json.loads(self._php(*map(str, self._seed))))
        self._spawn(
            "server",
            *self._programs.php,
            *("-dopcache.enable=1", "-dopcache.enable_cli=1", "-dmemory_limit=256M"),
            *("-S", f"127.0.0.1:{self.port}", "-t", str(self._core), str(SITE / "router.php")),
        )
        self._wait_until(lambda: _listens(self.port), "the web server")

    def stop(self) -> None:
        """End everything that was started here, the youngest first."""
        for process in reversed(self._processes):
            _end(process)

    def sql(self, statement: str) -> list[list[str]]:
        """Run SQL and return the rows, every value as text ("NULL" for null)."""
        command = (*self._programs.mariadb, f"--socket={self._socket}", "--batch", "--skip-column-names", "wordpress")
        done = subprocess.run(command, input=statement.encode(), capture_output=True, check=True, env=self._environment)
        return [line.split("\t") for line in done.stdout.decode().splitlines()]

    def public_ids(self) -> dict[str, set[int]]:
        """What the API ought to show, by SQL: ids by collection (posts:post, terms:category, media, users, ...)."""
        found: dict[str, set[int]] = {}
        for query in _PUBLIC:
            for collection, number in self.sql(query):
                found.setdefault(collection, set()).add(int(number))
        return found

    def database_counts(self) -> dict[str, int]:
        """How many public items each collection holds, by SQL."""
        return {collection: len(ids) for collection, ids in self.public_ids().items()}

    def requests(self) -> list[str]:
        """Every request so far, as method and address."""
        return (self._content / "requests.log").read_text().splitlines()

    def set_permalinks(self, form: Literal["plain", "pretty", "index"]) -> None:
        """Switch the permalink structure; WordPress writes its rules anew at the next request."""
        self.sql(
            f"UPDATE wp_options SET option_value = '{STRUCTURES[form]}' WHERE option_name = 'permalink_structure';"
            "DELETE FROM wp_options WHERE option_name = 'rewrite_rules';"
        )

    @contextlib.contextmanager
    def themed(self, theme: str) -> Iterator[None]:
        """Show the site in one of `packages.themes`, and as before at the end."""
        shutil.copytree(themes() / theme, self._content / "themes" / theme, dirs_exist_ok=True)
        switch = "UPDATE wp_options SET option_value = '{}' WHERE option_name IN ('template', 'stylesheet')"
        self.sql(switch.format(theme))
        try:
            yield
        finally:
            self.sql(switch.format("bare"))

    def act(self, action: Action, post: int = 0) -> int:
        """Do to a post what an editor would. Returns its id (of a new one for "insert")."""
        return int(self._php("act.php", action, str(post)))

    def run(self, script: Path, *arguments: str | Path) -> str:
        """Run a PHP script that is given the core folder and `arguments`. Returns the last line that it prints."""
        return self._php(str(script), *map(str, arguments))

    def prepare_links(self) -> str:
        """Make posts, pages and pictures that `write_links` will move, and return what it wants to know of them."""
        return self._php("links.php", "prepare")

    def write_links(self, prepared: str) -> Linked:
        """Move what was prepared, and publish one post with internal links of every form in the present structure."""
        return Linked(**json.loads(self._php("links.php", "write", prepared)))

    @contextlib.contextmanager
    def switched(self, **switches: int) -> Iterator[None]:
        """Switch faults on (see site/switches.php), and off again at the end."""
        self._switch(json.dumps(switches))
        try:
            yield
        finally:
            self._switch("{}")

    def _switch(self, value: str) -> None:
        self.sql(
            "INSERT INTO wp_options (option_name, option_value) VALUES ('presscorpus_switches', '" + value + "') "
            "ON DUPLICATE KEY UPDATE option_value = VALUES(option_value)"
        )

    def _start_database(self) -> None:
        data = self._folder / "database"
        data.mkdir()
        user = ("--user=root",) if os.geteuid() == 0 else ()
        self._spawn(
            "database",
            *self._programs.mariadbd,
            *(*user, f"--datadir={data}", f"--socket={self._socket}", f"--pid-file={self._folder / 'database.pid'}"),
            *("--skip-networking", "--skip-grant-tables", "--sql-mode=", "--character-set-server=utf8mb4"),
            *("--innodb-flush-log-at-trx-commit=0", "--innodb-doublewrite=0", "--innodb-log-file-size=16M"),
        )
        self._wait_until(self._answers, "the database")

    def _answers(self) -> bool:
        command = (*self._programs.mariadb, f"--socket={self._socket}", "-e", "CREATE DATABASE IF NOT EXISTS wordpress")
        return subprocess.run(command, capture_output=True, check=False, env=self._environment).returncode == 0

    def _php(self, script: str, *arguments: str) -> str:
        command = (*self._programs.php, "-dmemory_limit=256M", str(SITE / script), str(self._core), *arguments)
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=self._environment)
        if done.returncode:
            raise RuntimeError(f"{script} failed: {done.stderr}{done.stdout}"[-2000:])
        return done.stdout.strip().splitlines()[-1]

    def _spawn(self, name: str, *command: str) -> None:
        with (self._folder / f"{name}.log").open("wb") as log:
            # A session of its own: PHP's server forks workers, and all of them must go in the end.
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=self._environment,
                start_new_session=True,
            )
        self._processes.append(process)

    def _wait_until(self, ready: Callable[[], bool], what: str) -> None:
        deadline = time.monotonic() + _START_SECONDS
        while not ready():
            if self._processes[-1].poll() is not None or time.monotonic() > deadline:
                logs = "\n".join(log.read_text(errors="replace")[-1500:] for log in self._folder.glob("*.log"))
                raise RuntimeError(f"{what} did not start:\n{logs}")
            time.sleep(0.05)


@contextlib.contextmanager
def running(
    *,
    posts: int = 400,
    version: Version = "debian",
    prefix: str = "",
    home: str = "",
    seed: Seed | None = None,
    plugin: Path = SITE / "switches.php",
) -> Iterator[WordPress]:
    """A seeded WordPress that is there inside the with block only.

    `posts` is the number of plain posts, `version` which WordPress, `prefix` a subfolder such as "/blog", `home`
    a made-up origin that the site believes to have ("http://news.example"). `seed` is another script than seed.php that
    makes the site, with its argument, and `plugin` the plugin it needs.
    """
    # A socket's path may hold 107 bytes at most, so the folder must be short.
    folder = Path(tempfile.mkdtemp(prefix="presscorpus-"))
    seed = seed or (SITE / "seed.php", str(posts))
    server = WordPress(folder, seed=seed, plugin=plugin, version=version, prefix=prefix, home=home)
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _listens(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


def _end(process: subprocess.Popen[bytes]) -> None:
    for number in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=10)
            # The leader is gone; whoever of its group is left goes too.
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            return
