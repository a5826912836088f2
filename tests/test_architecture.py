"""The shape of the project, held by tests: imports, names, sizes, docstrings, and pages that keep up with the code."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import grimp
import pytest
import yaml

import presscorpus
from presscorpus import errors
from presscorpus.normalise import shards
from presscorpus.observations import index
from presscorpus.privacy import earlier_states

ROOT = Path(__file__).parent.parent
CODE = ROOT / "builder/presscorpus"
MODULES = sorted(CODE.rglob("*.py"))
BIN = Path(sys.executable).parent
HTML = [f"content/html/{path.name}" for path in sorted((CODE / "content/html").glob("*.py"))]


def constants(*modules: str) -> set[str]:
    """Every string in some modules."""
    trees = [ast.parse((CODE / module).read_text()) for module in modules]
    return {n.value for t in trees for n in ast.walk(t) if isinstance(n, ast.Constant) and isinstance(n.value, str)}


def listed(title: str) -> set[str]:
    """The codes in the table below a heading of docs/flags.md."""
    section = (ROOT / "docs/flags.md").read_text().split(f"## {title}")[1].split("\n## ")[0]
    return set(re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE))


def test_imports_run_one_way() -> None:
    done = subprocess.run([BIN / "lint-imports", "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def put_off(path: Path) -> set[str]:
    """The modules that one imports when they are first used (lazy.py)."""
    calls = (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call))
    return {
        str(call.args[0].value)
        for call in calls
        if isinstance(call.func, ast.Name) and call.func.id == "lazy" and isinstance(call.args[0], ast.Constant)
    }


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(CODE.parent).with_suffix("").parts).removesuffix(".__init__")


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    found = grimp.build_graph("presscorpus", exclude_type_checking_imports=True, cache_dir=None)
    for path in MODULES:
        for module in put_off(path):
            if module.startswith("presscorpus."):
                found.add_import(importer=name_of(path), imported=module)
    return found


def test_what_is_imported_late_is_what_the_type_checker_and_the_contracts_see() -> None:
    seen = grimp.build_graph("presscorpus", include_external_packages=True, cache_dir=None)
    for path in MODULES:
        known = {each.split(".")[0] if not each.startswith("presscorpus") else each for each in
                 seen.find_modules_directly_imported_by(name_of(path))}  # fmt: skip
        late = {each.split(".")[0] if not each.startswith("presscorpus") else each for each in put_off(path)}
        assert late - set(sys.stdlib_module_names) <= known, path


def imported_by(module: str, graph: grimp.ImportGraph) -> set[str]:
    """The packages and top-level modules that a module imports, directly or not, its own included.

    `config` always counts: its schemas and parameters are handed over, not imported.
    """
    modules = {f"presscorpus.{module}"} | graph.find_upstream_modules(f"presscorpus.{module}")
    parts = {module.split(".")[1] for module in modules if "." in module} | {"config"}
    return {part if (CODE / part).is_dir() else f"{part}.py" for part in parts}


def test_cached_files_are_named_by_the_code_that_makes_them(graph: grimp.ImportGraph) -> None:
    assert set(index.CODE) == imported_by("observations.index", graph)
    assert set(shards.CODE) == imported_by("normalise.build_shards", graph)
    assert set(earlier_states.CODE) == imported_by("privacy.earlier_states", graph)
    assert not {"report", "release", "crawl", "pipeline"} & {*index.CODE, *shards.CODE}


@pytest.mark.parametrize("stage", ["normalise", "validate", "report", "package"])
def test_a_stage_depends_on_the_code_that_it_runs(stage: str, graph: grimp.ImportGraph) -> None:
    stages = yaml.safe_load((ROOT / "dvc.yaml").read_text())["stages"]
    prefix = "builder/presscorpus/"
    named = {dep.removeprefix(prefix) for dep in stages[stage]["deps"] if dep.startswith(prefix)}
    code = imported_by(f"pipeline.stages.{stage}", graph) - {"pipeline"} | {f"pipeline/stages/{stage}.py"}
    assert named == code


def test_msgspec_knows_every_class_before_a_thread_asks() -> None:
    """Two threads that show it the same new class at once may end the process (archive/receipt.py)."""
    trees = {path: ast.parse(path.read_text()) for path in MODULES}
    nodes = {path: list(ast.walk(tree)) for path, tree in trees.items()}
    structs = {
        node.name
        for each in nodes.values()
        for node in each
        if isinstance(node, ast.ClassDef)
        and any("Struct" in ast.unparse(base) or "Strict" in ast.unparse(base) for base in node.bases)
    }

    def named(node: ast.AST) -> set[str]:
        return {each.id for each in ast.walk(node) if isinstance(each, ast.Name)} & structs

    calls = {path: [node for node in each if isinstance(node, ast.Call)] for path, each in nodes.items()}
    known = {
        name
        for each in calls.values()
        for call in each
        if ast.unparse(call.func) == "msgspec.json.Decoder"
        for name in named(call)
    }
    for path, each in calls.items():
        for call in each:
            if ast.unparse(call.func) in {"msgspec.json.decode", "msgspec.convert"}:
                assert named(call) <= known, path
    assert {"Receipt", "Params", "Rendered", "SiteIndex"} <= known


def test_the_top_level_is_small() -> None:
    assert len([path for path in CODE.glob("*.py") if path.stem != "__init__"]) <= 8
    assert len([path for path in CODE.iterdir() if path.is_dir() and (path / "__init__.py").exists()]) == 14


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_a_module_holds_one_idea(path: Path) -> None:
    assert path.stem not in {"utils", "helpers", "common", "misc", "manager"}
    # Docstrings do not count: nobody should have to say less of a function for them.
    text = path.read_text()
    described = {
        line
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node) is not None
        for line in range(node.body[0].lineno, (node.body[0].end_lineno or 0) + 1)
    }
    assert len(text.splitlines()) - len(described) <= 300


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_a_docstring_begins_with_a_short_sentence(path: Path) -> None:
    """At most 80 characters, so that a list of functions can be read at a glance (PEP 257)."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and (said := ast.get_docstring(node)):
            first, _, rest = said.partition("\n")
            assert len(first) <= 80, first
            assert not rest or rest.startswith("\n"), first


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_tables_are_read_by_their_names(path: Path) -> None:
    """What polars reads by itself is found by a pattern, which `[` and `*` in the name of a folder make."""
    called = {
        node.func.attr
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    }
    reads = {name for name in called if re.fullmatch(r"(scan|read)_(parquet|csv|ndjson|ipc|delta)", name)}
    assert not reads or path == CODE / "storage/parquet.py", reads


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_functions_fit_a_screen(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef):
            assert (node.end_lineno or 0) - node.lineno < 60, node.name


def test_the_tree_of_errors_is_drawn_as_it_is() -> None:
    drawn = dict(re.findall(r"── (\w+) +(\d+) ", errors.__doc__ or ""))
    real = {
        name: str(kind.exit_code)
        for name, kind in vars(errors).items()
        if isinstance(kind, type) and issubclass(kind, errors.PresscorpusError) and kind is not errors.PresscorpusError
    }
    assert drawn == real


def test_every_flag_and_rule_is_explained() -> None:
    from presscorpus.content.html import FLAGS

    told_in = (
        "normalise/build_shards", "normalise/reuse", "privacy/takedowns", "tables/posts", "observations/payload",
        "observations/items", "observations/noise", "observations/encodings", "observations/json_scan",
        "tables/typed_columns", "content/rendering/__init__", "observations/exports/__init__",
        "observations/exports/tree", "observations/exports/convert", "observations/other_sites",
    )  # fmt: skip
    said = constants(*(f"{name}.py" for name in told_in), *HTML)
    flags, rules = listed("Flags of posts"), listed("Rules of the quarantine")
    assert flags >= set(FLAGS)
    assert flags - set(FLAGS) <= said
    assert rules <= said
    codes = {text for text in said if re.fullmatch(r"[a-z]+(_[a-z0-9]+)+", text)}
    looks = re.compile(
        r"(missing|unreadable|implausible|removed|replaced|published|object|invalid|mismatch|large|long|deep|attributes|elements)$"
    )
    assert {code for code in codes if looks.search(code)} <= flags | rules | {"not_an_object"}


def test_the_decisions_are_numbered_without_a_gap() -> None:
    numbers = [int(path.name[:4]) for path in sorted((ROOT / "docs/decisions").glob("*.md"))]
    assert numbers == list(range(1, len(numbers) + 1))


def test_the_readme_names_only_commands_that_exist_and_the_help_names_them_all() -> None:
    help_ = subprocess.run([BIN / "presscorpus", "--help"], capture_output=True, text=True, check=True).stdout
    named = set(re.findall(r"presscorpus (\w+) ", (ROOT / "README.md").read_text()))
    for command in named - {"turns"}:
        assert f"\n    {command} " in help_, command
    for kind in vars(errors).values():
        if isinstance(kind, type) and issubclass(kind, errors.PresscorpusError):
            assert f" {kind.exit_code}  " in help_


PAGE = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")


def test_the_diagram_shows_the_layers_in_their_order() -> None:
    settings = (ROOT / ".importlinter").read_text()
    layers = settings.split("layers =\n")[1].split("exhaustive")[0].split()
    packages = [layer for layer in layers if (CODE / layer).is_dir()]
    assert len(packages) == 14
    assert re.findall(r"^  (\w+)\[", PAGE, re.MULTILINE)[1:] == packages
    diagram = PAGE.split("```mermaid")[1].split("```")[0]
    for layer in layers:
        assert re.search(rf"\b{layer}\b", diagram), layer


def test_what_the_page_on_architecture_names_is_there() -> None:
    named = re.findall(r"`((?:\w+/)*\w+\.py)(?:: (\w+))?`", PAGE.replace("`frictionless_presscorpus.py`", ""))
    assert len(named) > 30
    for path, name in named:
        module = CODE / path
        assert module.is_file(), path
        defined = rf"^(class|def) {name}\b|^{name}\b"
        assert not name or re.search(defined, module.read_text(), re.MULTILINE), (path, name)
    for folder in re.findall(r"`((?:\w+/)+)`", PAGE):
        assert (CODE / folder).is_dir() or (ROOT / folder).is_dir(), folder


def test_every_column_leads_to_code_that_is_there() -> None:
    for path in (ROOT / "schemas").glob("*.json"):
        for named in re.findall(r"builder/[\w/]+(?:\.py)?", path.read_text()):
            assert (ROOT / named).exists(), (path.name, named)


def test_the_exported_names_are_these() -> None:
    assert presscorpus.__all__ == ["Corpus", "PresscorpusError", "build"]
    for name in presscorpus.__all__:
        assert getattr(presscorpus, name).__doc__
    assert presscorpus.__version__
    methods = {name for name in vars(presscorpus.Corpus) if not name.startswith("_")}
    assert methods == {"cite", "fetch", "normalise", "release", "report", "table", "tables", "validate"}
